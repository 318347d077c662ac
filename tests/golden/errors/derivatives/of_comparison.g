input x: f32
positive = x > 0
output d = grad(positive, x)  # error: E0401

#$ graphc check of_comparison.g
#! error[E0401]: positive is bool, which has no derivative
#!   --> of_comparison.g:3:17
#!    |
#!  3 | output d = grad(positive, x)  # error: E0401
#!    |                 ^^^^^^^^
#= 1
