input X: f32[n, m]
output y = X.T()  # error: E0203

#$ graphc check transpose_called.g
#! error[E0203]: .T is not a function
#!   --> transpose_called.g:2:12
#!    |
#!  2 | output y = X.T()  # error: E0203
#!    |            ^^^^^
#!    = hint: X.T
#= 1
