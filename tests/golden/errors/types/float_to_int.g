input x: f32
k: i64 = 2 * x  # error: E0316
output k

#$ graphc check float_to_int.g
#! error[E0316]: the value is f32, but i64 is written
#!   --> float_to_int.g:2:10
#!    |
#!  2 | k: i64 = 2 * x  # error: E0316
#!    |    ---   ^^^^^
#!    |    |
#!    |    written here
#!    = hint: i64(2 * x)
#= 1
