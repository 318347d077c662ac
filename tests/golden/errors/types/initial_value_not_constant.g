input x: f32[n]
var w: f32 = sum(x)  # error: E0308
output w

#$ graphc check initial_value_not_constant.g
#! error[E0308]: an initial value is computed from constants and sizes only
#!   --> initial_value_not_constant.g:2:14
#!    |
#!  2 | var w: f32 = sum(x)  # error: E0308
#!    |              ^^^^^^
#!  1 | input x: f32[n]
#!    |       --------- this is computed by the run
#!    = hint: start from zeros, and assign in the program
#= 1
