input x: f32[n]
output s = sum(x[x > 0])  # error: E0312

#$ graphc check boolean_mask.g
#! error[E0312]: the shape of x[x > 0] would depend on the data
#!   --> boolean_mask.g:2:18
#!    |
#!  2 | output s = sum(x[x > 0])  # error: E0312
#!    |                  ^^^^^ is bool
#!    = hint: where(x > 0, x, 0) keeps the shape; sum(where(x > 0, x, 0)) adds what the mask selects
#= 1
