var w: f32 = 1.0
output y = w.grad  # error: E0206

#$ graphc check grad_attribute.g
#! error[E0206]: a tensor has no attribute grad
#!   --> grad_attribute.g:2:14
#!    |
#!  2 | output y = w.grad  # error: E0206
#!    |              ^^^^
#!    = hint: write grad(loss, w)
#= 1
