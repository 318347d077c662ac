input a: bool[n]
output y = exp(-a)  # error: E0304

#$ graphc check dtype_of_op.g
#! error[E0304]: - takes numbers, not bool
#!   --> dtype_of_op.g:2:16
#!    |
#!  2 | output y = exp(-a)  # error: E0304
#!    |                ^^
#!    |                 - bool
#!    = hint: cast: i64(a)
#= 1
