input k: i64
y = k * 2
output d = grad(y, k)  # error: E0401

#$ graphc check of_integer.g
#! error[E0401]: y is i64, which has no derivative
#!   --> of_integer.g:3:17
#!    |
#!  3 | output d = grad(y, k)  # error: E0401
#!    |                 ^
#= 1
