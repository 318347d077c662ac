import loses  # error: E0207
input x: f32[n]
output y = loses.mse(x, 0)

#$ graphc check no_such_module.g
#! error[E0207]: there is no module loses
#!   --> no_such_module.g:1:8
#!    |
#!  1 | import loses  # error: E0207
#!    |        ^^^^^
#!    = hint: did you mean losses?
#= 1
