input x: f32
output y = x(2)  # error: E0203

#$ graphc check tensor_called.g
#! error[E0203]: a tensor can't be called
#!   --> tensor_called.g:2:12
#!    |
#!  2 | output y = x(2)  # error: E0203
#!    |            ^ is a tensor
#= 1
