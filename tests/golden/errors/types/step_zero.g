input x: f32[n]
output y = x[::0]  # error: E0309

#$ graphc check step_zero.g
#! error[E0309]: the step of a slice is an integer other than 0
#!   --> step_zero.g:2:16
#!    |
#!  2 | output y = x[::0]  # error: E0309
#!    |                ^
#= 1
