input x: f32[n]
output y = sum(x, keepdims=2)  # error: E0309

#$ graphc check wrong_kind_of_attribute.g
#! error[E0309]: keepdims of sum must be true or false
#!   --> wrong_kind_of_attribute.g:2:28
#!    |
#!  2 | output y = sum(x, keepdims=2)  # error: E0309
#!    |                            ^
#= 1
