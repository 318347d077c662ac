input x: f32
a, b, c = [x, 2 * x]  # error: E0309
output y = a + b + c

#$ graphc check unpack_count.g
#! error[E0309]: 3 names can't take 2 values
#!   --> unpack_count.g:2:11
#!    |
#!  2 | a, b, c = [x, 2 * x]  # error: E0309
#!    | -------   ^^^^^^^^^^
#!    | |
#!    | 3 names
#= 1
