input X: f32[n, m]
output y = X.sape  # error: E0206

#$ graphc check no_such_attribute.g
#! error[E0206]: a tensor has no attribute sape
#!   --> no_such_attribute.g:2:14
#!    |
#!  2 | output y = X.sape  # error: E0206
#!    |              ^^^^
#!    = hint: did you mean .shape?
#= 1
