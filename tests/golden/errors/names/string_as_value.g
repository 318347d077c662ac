input x: f32
output y = x + "1"  # error: E0208

#$ graphc check string_as_value.g
#! error[E0208]: "1" is a string, not a tensor
#!   --> string_as_value.g:2:16
#!    |
#!  2 | output y = x + "1"  # error: E0208
#!    |                ^^^
#= 1
