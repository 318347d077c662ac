input x: f32[2]
a, b = x  # error: E0309
output y = a + b

#$ graphc check unpack_tensor.g
#! error[E0309]: 2 names can't take a tensor
#!   --> unpack_tensor.g:2:8
#!    |
#!  2 | a, b = x  # error: E0309
#!    | ----   ^
#!    | |
#!    | 2 names
#!    = hint: index it: x[0], x[1]
#= 1
