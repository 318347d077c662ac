# A size that no number tells.
var W: f32[n] = zeros([n])

#$ graphc check sizes.g
#> sizes.g: ok
#>   state     W: f32[n]    trainable
#>   effects   none
