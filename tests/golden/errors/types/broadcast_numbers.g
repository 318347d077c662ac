input a: f32[2, 3]
input b: f32[2]
output c = a - b  # error: E0302

#$ graphc check broadcast_numbers.g
#! error[E0302]: shapes [2, 3] and [2] don't broadcast
#!   --> broadcast_numbers.g:3:12
#!    |
#!  3 | output c = a - b  # error: E0302
#!    |            ^^^^^
#!    |
#!  1 | input a: f32[2, 3]
#!    |                 - 3 comes from here
#!  2 | input b: f32[2]
#!    |              - 2 comes from here
#= 1
