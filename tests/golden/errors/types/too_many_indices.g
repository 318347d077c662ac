input x: f32[n]
output y = x[0, 1]  # error: E0311

#$ graphc check too_many_indices.g
#! error[E0311]: 2 indices for f32[n], which has 1 axis
#!   --> too_many_indices.g:2:12
#!    |
#!  2 | output y = x[0, 1]  # error: E0311
#!    |            ^^^^^^^
#= 1
