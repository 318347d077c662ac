input x: f32[n]
output y = maximum(x)  # error: E0204

#$ graphc check op_needs_argument.g
#! error[E0204]: maximum needs an argument y
#!   --> op_needs_argument.g:2:12
#!    |
#!  2 | output y = maximum(x)  # error: E0204
#!    |            ^^^^^^^^^^
#!    = hint: maximum(x, y)
#= 1
