input x: f32
output y = x(2)  # error: E0203

#$ graphc check tensor_called.g
#! error[E0203]: x is a tensor; it can't be called
#!   --> tensor_called.g:2:12
#!    |
#!  2 | output y = x(2)  # error: E0203
#!    |            ^
#!    = hint: index it: x[2]
#= 1
