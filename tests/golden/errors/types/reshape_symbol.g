input x: f32[n, 2]
output X = reshape(x, [n])  # error: E0310

#$ graphc check reshape_symbol.g
#> reshape_symbol.g: ok
#>   inputs    x: f32[n, 2]
#>   outputs   X: f32[n]
#>   effects   none
