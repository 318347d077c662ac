input x: f32
assert x > 0, 3  # error: E0308
output x

#$ graphc check assert_message.g
#! error[E0308]: the message of an assert is a string that is known before the run
#!   --> assert_message.g:2:15
#!    |
#!  2 | assert x > 0, 3  # error: E0308
#!    |               ^
#!    = hint: assert x > 0, "3"
#= 1
