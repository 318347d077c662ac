input k: i64
output s = zeros([k, 2])  # error: E0308

#$ graphc check shape_not_constant.g
#! error[E0308]: shape of zeros must be known at compile time
#!   --> shape_not_constant.g:2:18
#!    |
#!  2 | output s = zeros([k, 2])  # error: E0308
#!    |                  ^^^^^^ is computed at run time
#!    = hint: write a number, or a size like n
#= 1
