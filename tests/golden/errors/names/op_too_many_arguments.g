input x: f32
output y = exp(x, 2)  # error: E0204

#$ graphc check op_too_many_arguments.g
#! error[E0204]: exp takes 1 argument at most
#!   --> op_too_many_arguments.g:2:19
#!    |
#!  2 | output y = exp(x, 2)  # error: E0204
#!    |                   ^
#!    = hint: exp(x)
#= 1
