input x: f32
output y = where(x, 1.0, 2.0)  # error: E0304

#$ graphc check number_as_condition.g
#! error[E0304]: where takes booleans, not f32
#!   --> number_as_condition.g:2:18
#!    |
#!  2 | output y = where(x, 1.0, 2.0)  # error: E0304
#!    |                  ^
#!    = hint: compare: x != 0
#= 1
