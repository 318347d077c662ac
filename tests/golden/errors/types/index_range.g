input w: f32[3]
output last = w[3]  # error: E0307

#$ graphc check index_range.g
#! error[E0307]: index 3 is out of range for an axis of size 3
#!   --> index_range.g:2:17
#!    |
#!  2 | output last = w[3]  # error: E0307
#!    |                 ^
#= 1
