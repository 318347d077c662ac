output s = sum([[1, 2], [3]])  # error: E0317

#$ graphc check ragged.g
#! error[E0317]: the rows of this list have different lengths
#!   --> ragged.g:1:16
#!    |
#!  1 | output s = sum([[1, 2], [3]])  # error: E0317
#!    |                ^^^^^^^^^^^^^
#!    = note: their lengths are 2, 1
#= 1
