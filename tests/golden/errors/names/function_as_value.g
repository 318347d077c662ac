fn f(x) = 2 * x
input x: f32
output y = f + x  # error: E0208

#$ graphc check function_as_value.g
#! error[E0208]: f is a function, not a tensor
#!   --> function_as_value.g:3:12
#!    |
#!  3 | output y = f + x  # error: E0208
#!    |            ^
#!    = hint: call it: f(…)
#= 1
