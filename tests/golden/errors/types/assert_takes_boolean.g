input x: f32[n]
assert x > 0, "negative"  # error: E0304
output y = sum(x)

#$ graphc check assert_takes_boolean.g
#! error[E0304]: assert takes a boolean scalar, not bool[n]
#!   --> assert_takes_boolean.g:2:8
#!    |
#!  2 | assert x > 0, "negative"  # error: E0304
#!    |        ^^^^^
#!    = hint: all(x > 0)
#= 1
