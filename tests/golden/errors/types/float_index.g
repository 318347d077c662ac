input x: f32[n]
input i: f32
output y = x[i]  # error: E0304

#$ graphc check float_index.g
#! error[E0304]: an index is an integer, not f32
#!   --> float_index.g:3:14
#!    |
#!  3 | output y = x[i]  # error: E0304
#!    |              ^
#!    = hint: i64(i)
#= 1
