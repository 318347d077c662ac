# Imported by the programs beside it.
var W: f32[2] = [1.0, 2.0]
fn relu(x) = maximum(x, 0)
fn dot(x) = x @ W

#$ graphc check layers.g
#> layers.g: ok
#>   state     W: f32[2]    trainable
#>   effects   none
