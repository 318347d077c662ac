input x: f32[n]
output y = summ(x)  # error: E0201

#$ graphc check undefined_op_suggests.g
#! error[E0201]: summ is not defined
#!   --> undefined_op_suggests.g:2:12
#!    |
#!  2 | output y = summ(x)  # error: E0201
#!    |            ^^^^
#!    = hint: did you mean sum?
#= 1
