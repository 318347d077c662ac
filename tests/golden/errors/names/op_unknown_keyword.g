input x: f32[n, m]
output y = sum(x, axes=0)  # error: E0204

#$ graphc check op_unknown_keyword.g
#! error[E0204]: sum has no argument axes
#!   --> op_unknown_keyword.g:2:19
#!    |
#!  2 | output y = sum(x, axes=0)  # error: E0204
#!    |                   ^^^^^^
#!    = hint: did you mean axis=?
#= 1
