input x: f32[n]
output y = map(concat, x)  # error: E0208

#$ graphc check map_of_an_op.g
#! error[E0208]: map takes a fn of the program
#!   --> map_of_an_op.g:2:16
#!    |
#!  2 | output y = map(concat, x)  # error: E0208
#!    |                ^^^^^^
#!    = hint: fn f(x) = concat(x)
#= 1
