input x: f32
x + 1  # error: E0110
output y = x ** 2

#$ graphc check value_alone.g
#! error[E0110]: nothing is done with this value
#!   --> value_alone.g:2:1
#!    |
#!  2 | x + 1  # error: E0110
#!    | ^^^^^ only a call can stand alone
#!    = hint: y = x + 1
#= 1
