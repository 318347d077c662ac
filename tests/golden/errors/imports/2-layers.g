# Its name can't be that of an import.
fn relu(x) = maximum(x, 0)

#$ graphc check 2-layers.g
#> 2-layers.g: ok
#>   effects   none
