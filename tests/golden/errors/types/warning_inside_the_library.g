import losses
input p: f32[n, 1]
input y: f32[n]
output l = losses.mse(p, y)  # warning: W0301

#$ graphc check warning_inside_the_library.g
#> warning_inside_the_library.g: ok
#>   inputs    p: f32[n, 1]   y: f32[n]
#>   outputs   l: f32
#>   effects   none
#! warning[W0301]: shapes [n, 1] and [n] broadcast to [n, n]
#!   --> warning_inside_the_library.g:4:12
#!    |
#!  4 | output l = losses.mse(p, y)  # warning: W0301
#!    |            ^^^^^^^^^^^^^^^^ larger than either operand
#!    |
#!  2 | input p: f32[n, 1]
#!    |       ------------ p is f32[n, 1]
#!  3 | input y: f32[n]
#!    |       --------- y is f32[n]
#!    |
#!   ::: losses.g:7:36
#!    |
#!  7 | fn mse(prediction, target) = mean((prediction - target) ** 2)
#!    |                                    ------------------- inside mse
#!    = hint: if one is meant elementwise, transpose or reshape it to the shape of the other
