input x: f32
output y = x * 1e60  # error: E0305

#$ graphc check does_not_fit_f32.g
#! error[E0305]: 1e60 does not fit f32 (up to 3.403e+38)
#!   --> does_not_fit_f32.g:2:16
#!    |
#!  2 | output y = x * 1e60  # error: E0305
#!    |                ^^^^
#= 1
