input X: f32[n, 3]
var W: f32[4, 2] = zeros([4, 2])
output yhat = X @ W  # error: E0301

#$ graphc check matmul.g
#! error[E0301]: shapes f32[n, 3] and f32[4, 2] don't multiply
#!   --> matmul.g:3:15
#!    |
#!  3 | output yhat = X @ W  # error: E0301
#!    |               ^^^^^ inner sizes 3 and 4 differ
#!    |
#!  1 | input X: f32[n, 3]
#!    |                 - 3 comes from here
#!  2 | var W: f32[4, 2] = zeros([4, 2])
#!    |            - 4 comes from here
#!    = hint: W must be f32[3, k]
#= 1
