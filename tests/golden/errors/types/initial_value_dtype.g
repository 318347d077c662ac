var w: i64 = true  # error: E0303
output y = w

#$ graphc check initial_value_dtype.g
#! error[E0303]: the value is bool, but i64 is declared
#!   --> initial_value_dtype.g:1:14
#!    |
#!  1 | var w: i64 = true  # error: E0303
#!    |              ^^^^
#!    = hint: i64(true)
#= 1
