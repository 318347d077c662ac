input X: f32[n, 3]
input k: i64
output s = sum(X, axis=k)  # error: E0308

#$ graphc check axis_not_constant.g
#! error[E0308]: axis of sum must be known at compile time
#!   --> axis_not_constant.g:3:24
#!    |
#!  3 | output s = sum(X, axis=k)  # error: E0308
#!    |                        ^ is computed at run time
#!    = hint: write a number, or a size like n
#= 1
