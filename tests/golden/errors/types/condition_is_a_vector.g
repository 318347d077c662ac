input x: f32[n]
input c: bool[n]
if x { y = 1.0 } else { y = 2.0 }  # error: E0304
z = 1.0 if c else 2.0  # error: E0304

#$ graphc check condition_is_a_vector.g
#! error[E0304]: a condition is a boolean scalar, not f32[n]
#!   --> condition_is_a_vector.g:3:4
#!    |
#!  3 | if x { y = 1.0 } else { y = 2.0 }  # error: E0304
#!    |    ^
#!    = hint: any(x != 0)
#!
#! error[E0304]: a condition is a boolean scalar, not bool[n]
#!   --> condition_is_a_vector.g:4:12
#!    |
#!  4 | z = 1.0 if c else 2.0  # error: E0304
#!    |            ^
#!    = hint: all(c) or any(c); where(c, a, b) chooses elementwise
#!
#! error: 2 errors in condition_is_a_vector.g
#= 1
