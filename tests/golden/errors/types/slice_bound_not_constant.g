input x: f32[n]
input k: i64
output s = x[:k]  # error: E0308

#$ graphc check slice_bound_not_constant.g
#! error[E0308]: the bounds of a slice are known at compile time
#!   --> slice_bound_not_constant.g:3:15
#!    |
#!  3 | output s = x[:k]  # error: E0308
#!    |               ^
#!    = hint: slice(x, start, size) takes a start that is computed
#= 1
