input a: f32[n]
output c = a * [1, 2, 3]  # error: E0302

#$ graphc check broadcast_symbol_with_number.g
#! error[E0302]: shapes [n] and [3] don't broadcast
#!   --> broadcast_symbol_with_number.g:2:12
#!    |
#!  2 | output c = a * [1, 2, 3]  # error: E0302
#!    |            ^^^^^^^^^^^^^
#!    |                --------- 3 comes from here
#!  1 | input a: f32[n]
#!    |              - n comes from here
#!    = hint: if they are always equal, declare both sizes as 3 (instead of n)
#= 1
