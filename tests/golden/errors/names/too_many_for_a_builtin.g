input x: f32
output y = grad(x ** 2, x, 1.0, "zero", 3)  # error: E0204

#$ graphc check too_many_for_a_builtin.g
#! error[E0204]: grad takes 4 arguments at most
#!   --> too_many_for_a_builtin.g:2:41
#!    |
#!  2 | output y = grad(x ** 2, x, 1.0, "zero", 3)  # error: E0204
#!    |                                         ^
#!    = hint: grad(y, x)
#= 1
