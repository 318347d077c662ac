input x: f32
output inside = 0 < x < 1  # error: E0106

#$ graphc check chained_comparison.g
#! error[E0106]: comparisons don't chain
#!   --> chained_comparison.g:2:23
#!    |
#!  2 | output inside = 0 < x < 1  # error: E0106
#!    |                   -   ^ second comparison
#!    |                   |
#!    |                   first comparison
#!    = hint: 0 < x and x < 1
#= 1
