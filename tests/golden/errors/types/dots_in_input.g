input x: f32[..., 3]  # error: E0314
output s = sum(x)

#$ graphc check dots_in_input.g
#! error[E0314]: only a function's parameter can have any leading sizes
#!   --> dots_in_input.g:1:14
#!    |
#!  1 | input x: f32[..., 3]  # error: E0314
#!    |              ^^^
#!    = hint: name the sizes: n, m
#= 1
