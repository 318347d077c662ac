# Another file of the name.
fn relu(x) = max(x, 0)

#$ graphc check layers.g
#> layers.g: ok
#>   effects   none
