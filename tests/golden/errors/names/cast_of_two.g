input x: f32
output y = f64(x, x)  # error: E0204

#$ graphc check cast_of_two.g
#! error[E0204]: f64 takes one argument
#!   --> cast_of_two.g:2:12
#!    |
#!  2 | output y = f64(x, x)  # error: E0204
#!    |            ^^^^^^^^^
#!    = hint: f64(x)
#= 1
