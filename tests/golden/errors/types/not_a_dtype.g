input x: float32  # error: E0304
output y = x

#$ graphc check not_a_dtype.g
#! error[E0304]: float32 is not a dtype
#!   --> not_a_dtype.g:1:10
#!    |
#!  1 | input x: float32  # error: E0304
#!    |          ^^^^^^^
#!    = hint: did you mean f32?
#= 1
