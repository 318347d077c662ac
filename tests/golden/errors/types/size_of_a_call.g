input x: f32[sqrt(n)]  # error: E0314
output s = sum(x)

#$ graphc check size_of_a_call.g
#! error[E0314]: a size is an integer, a symbol, or + - * // % min max of them
#!   --> size_of_a_call.g:1:14
#!    |
#!  1 | input x: f32[sqrt(n)]  # error: E0314
#!    |              ^^^^^^^
#!    = hint: input X: f32[n, 2*k + 1]
#= 1
