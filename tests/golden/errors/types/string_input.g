input s: text  # error: E0304
output y = 1

#$ graphc check string_input.g
#! error[E0304]: text is not a dtype
#!   --> string_input.g:1:10
#!    |
#!  1 | input s: text  # error: E0304
#!    |          ^^^^
#!    = hint: did you mean str?
#= 1
