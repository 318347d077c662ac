input p: f32[n, 1]
input y: f32[n]
output loss = mean((p - y) ** 2)  # warning: W0301

#$ graphc check column_against_row.g
#> column_against_row.g: ok
#>   inputs    p: f32[n, 1]   y: f32[n]
#>   outputs   loss: f32
#>   effects   none
#! warning[W0301]: shapes [n, 1] and [n] broadcast to [n, n]
#!   --> column_against_row.g:3:21
#!    |
#!  3 | output loss = mean((p - y) ** 2)  # warning: W0301
#!    |                     ^^^^^ larger than either operand
#!    |
#!  1 | input p: f32[n, 1]
#!    |       ------------ p is f32[n, 1]
#!  2 | input y: f32[n]
#!    |       --------- y is f32[n]
#!    = hint: if one is meant elementwise, transpose or reshape it to the shape of the other
