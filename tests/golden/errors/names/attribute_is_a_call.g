input X: f32[n, m]
output y = X.sum  # error: E0206

#$ graphc check attribute_is_a_call.g
#! error[E0206]: a tensor has no attribute sum
#!   --> attribute_is_a_call.g:2:14
#!    |
#!  2 | output y = X.sum  # error: E0206
#!    |              ^^^
#!    = hint: call it: X.sum()
#= 1
