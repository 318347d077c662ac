input x: f32
output y = 2x  # error: E0107

#$ graphc check product_without_sign.g
#! error[E0107]: 2x is not a number
#!   --> product_without_sign.g:2:12
#!    |
#!  2 | output y = 2x  # error: E0107
#!    |            ^^ malformed number
#!    = hint: 2 * x
#= 1
