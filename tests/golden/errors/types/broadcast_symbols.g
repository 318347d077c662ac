input a: f32[n]
input b: f32[m]
output c = a + b  # error: E0302

#$ graphc check broadcast_symbols.g
#! error[E0302]: shapes [n] and [m] don't broadcast
#!   --> broadcast_symbols.g:3:12
#!    |
#!  3 | output c = a + b  # error: E0302
#!    |            ^^^^^
#!    |
#!  1 | input a: f32[n]
#!    |              - n comes from here
#!  2 | input b: f32[m]
#!    |              - m comes from here
#!    = hint: if they are always equal, declare both sizes as m (instead of n)
#= 1
