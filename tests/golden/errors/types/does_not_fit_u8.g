input k: u8
output y = k + 300  # error: E0305

#$ graphc check does_not_fit_u8.g
#! error[E0305]: 300 does not fit u8 (0 to 255)
#!   --> does_not_fit_u8.g:2:16
#!    |
#!  2 | output y = k + 300  # error: E0305
#!    |                ^^^
#= 1
