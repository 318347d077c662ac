input x: f32
rate = 0.1
output y = rate(x)  # error: E0203

#$ graphc check number_called.g
#! error[E0203]: rate is a number; it can't be called
#!   --> number_called.g:3:12
#!    |
#!  3 | output y = rate(x)  # error: E0203
#!    |            ^^^^
#!    = hint: multiply: rate * (x)
#= 1
