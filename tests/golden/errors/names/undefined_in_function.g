fn f(t) = t + offset  # error: E0201
input x: f32
output y = f(x)

#$ graphc check undefined_in_function.g
#! error[E0201]: offset is not defined
#!   --> undefined_in_function.g:1:15
#!    |
#!  1 | fn f(t) = t + offset  # error: E0201
#!    |               ^^^^^^
#!    |
#!  3 | output y = f(x)
#!    |            ---- in this call of f
#= 1
