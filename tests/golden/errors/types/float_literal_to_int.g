input k: i32 = 1.5  # error: E0316
output k

#$ graphc check float_literal_to_int.g
#! error[E0316]: the value is float, but i32 is declared
#!   --> float_literal_to_int.g:1:16
#!    |
#!  1 | input k: i32 = 1.5  # error: E0316
#!    |                ^^^
#!    = hint: i32(1.5)
#= 1
