input x: f32
return x  # error: E0504

#$ graphc check return_outside.g
#! error[E0504]: return stands in a function only
#!   --> return_outside.g:2:1
#!    |
#!  2 | return x  # error: E0504
#!    | ^^^^^^^^
#!    = hint: output NAME = value
#= 1
