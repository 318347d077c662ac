input x: f32
x = 2 * x  # error: E0202
output x

#$ graphc check input_bound_again.g
#! error[E0202]: x is an input; it can't be bound again
#!   --> input_bound_again.g:2:1
#!    |
#!  2 | x = 2 * x  # error: E0202
#!    | ^
#!  1 | input x: f32
#!    |       - declared here
#!    = hint: choose another name: x2 = …
#= 1
