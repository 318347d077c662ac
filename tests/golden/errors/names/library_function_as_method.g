input x: f32[n]
output y = x.relu()  # error: E0206

#$ graphc check library_function_as_method.g
#! error[E0206]: a tensor has no attribute relu
#!   --> library_function_as_method.g:2:14
#!    |
#!  2 | output y = x.relu()  # error: E0206
#!    |              ^^^^
#!    = hint: relu(x)
#= 1
