input k: u16
output y = k * -1  # error: E0305

#$ graphc check negative_into_unsigned.g
#! error[E0305]: -1 does not fit u16 (0 to 65535)
#!   --> negative_into_unsigned.g:2:16
#!    |
#!  2 | output y = k * -1  # error: E0305
#!    |                ^^
#= 1
