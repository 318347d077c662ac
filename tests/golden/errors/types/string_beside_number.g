input x: f32
output y = x + "1"  # error: E0304

#$ graphc check string_beside_number.g
#! error[E0304]: + takes no strings beside numbers
#!   --> string_beside_number.g:2:12
#!    |
#!  2 | output y = x + "1"  # error: E0304
#!    |            ^^^^^^^
#!    |            -   --- str
#!    |            |
#!    |            f32
#!    = hint: make a string of it: format(x)
#= 1
