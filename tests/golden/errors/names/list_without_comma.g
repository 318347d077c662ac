input x: f32
output y = sum([[1, 2] [0, 1]])  # error: E0203

#$ graphc check list_without_comma.g
#! error[E0203]: a list that is written out is indexed here
#!   --> list_without_comma.g:2:17
#!    |
#!  2 | output y = sum([[1, 2] [0, 1]])  # error: E0203
#!    |                 ^^^^^^^^^^^^^
#!    = hint: if these are two items, a comma is missing between them
#= 1
