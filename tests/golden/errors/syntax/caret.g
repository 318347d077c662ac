input x: f32
output y = x ^ 2  # error: E0105

#$ graphc check caret.g
#! error[E0105]: ^ is not an operator; a power is written **
#!   --> caret.g:2:14
#!    |
#!  2 | output y = x ^ 2  # error: E0105
#!    |              ^ here
#!    = hint: a ** b, or bit_xor(a, b) for the bits of integers
#= 1
