input k: i64
input x: f32[k]  # error: E0314
output s = sum(x)

#$ graphc check size_is_a_tensor.g
#! error[E0314]: k is not a size
#!   --> size_is_a_tensor.g:2:14
#!    |
#!  2 | input x: f32[k]  # error: E0314
#!    |              ^
#!  1 | input k: i64
#!    |       - k is a tensor
#!    = hint: use an integer or a new symbol
#= 1
