input x: f32[n]
output y = x if x > 0 else 0 * x  # error: E0304

#$ graphc check condition_of_a_tensor.g
#! error[E0304]: a condition is a boolean scalar, not bool[n]
#!   --> condition_of_a_tensor.g:2:17
#!    |
#!  2 | output y = x if x > 0 else 0 * x  # error: E0304
#!    |                 ^^^^^
#!    = hint: all(x > 0) or any(x > 0); where(c, a, b) chooses elementwise
#= 1
