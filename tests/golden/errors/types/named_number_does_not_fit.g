input k: i8
limit = 1000
output y = k < limit  # error: E0305

#$ graphc check named_number_does_not_fit.g
#! error[E0305]: 1000 does not fit i8 (-128 to 127)
#!   --> named_number_does_not_fit.g:3:16
#!    |
#!  3 | output y = k < limit  # error: E0305
#!    |                ^^^^^
#= 1
