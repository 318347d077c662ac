# What sizes alone can decide is checked when they are known.
input x: f32[n]
output pairs = reshape(x, [n // 2, 2])
output third = x[2]

#$ graphc check guards.g
#> guards.g: ok
#>   inputs    x: f32[n]
#>   outputs   pairs: f32[n//2, 2]   third: f32
#>   effects   none

#$ graphc run guards.g --feed x=[1,2,3,4]
#> pairs: f32[2, 2] = [[1.0, 2.0], [3.0, 4.0]]
#> third: f32 = 3.0

#$ graphc run guards.g --feed x=[1,2,3]
#! error[E0602]: [3] can't be reshaped to [1, 2]
#!   --> guards.g:3:16
#!    |
#!  3 | output pairs = reshape(x, [n // 2, 2])
#!    |                ^^^^^^^^^^^^^^^^^^^^^^^
#!  2 | input x: f32[n]
#!    |       --------- 3 elements, but 2 are asked for
#!    = note: with n = 3
#!    = hint: reshape(x, [1, 3])
#= 1

#$ graphc run guards.g --feed x=[1,2]
#! error[E0602]: index 2 is out of range
#!   --> guards.g:4:16
#!    |
#!  4 | output third = x[2]
#!    |                ^^^^
#!    |
#!  2 | input x: f32[n]
#!    |       --------- axis 0 has size 2
#!    = note: with n = 2
#!    = hint: graphc explain E0307
#= 1
