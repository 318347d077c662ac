input a: f32
output y = a and true  # error: E0304

#$ graphc check bit_operation_on_floats.g
#! error[E0304]: and takes booleans, not f32
#!   --> bit_operation_on_floats.g:2:12
#!    |
#!  2 | output y = a and true  # error: E0304
#!    |            ^^^^^^^^^^
#!    |            - f32
#!    = hint: compare: a != 0
#= 1
