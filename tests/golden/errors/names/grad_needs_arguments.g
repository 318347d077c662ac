input x: f32
output y = grad(x ** 2)  # error: E0204

#$ graphc check grad_needs_arguments.g
#! error[E0204]: grad needs an argument x
#!   --> grad_needs_arguments.g:2:12
#!    |
#!  2 | output y = grad(x ** 2)  # error: E0204
#!    |            ^^^^^^^^^^^^
#!    = hint: grad(y, x)
#= 1
