input X: f32[n, 3]
output Y = transpose(X, [0, 0])  # error: E0309

#$ graphc check bad_permutation.g
#! error[E0309]: [0, 0] must name each of the 2 axes once
#!   --> bad_permutation.g:2:12
#!    |
#!  2 | output Y = transpose(X, [0, 0])  # error: E0309
#!    |            ^^^^^^^^^^^^^^^^^^^^
#= 1
