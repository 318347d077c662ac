var k: i8[3] = [1, 2, 1000]  # error: E0305
output k

#$ graphc check list_item_does_not_fit.g
#! error[E0305]: 1000 does not fit i8 (-128 to 127)
#!   --> list_item_does_not_fit.g:1:23
#!    |
#!  1 | var k: i8[3] = [1, 2, 1000]  # error: E0305
#!    |                       ^^^^
#= 1
