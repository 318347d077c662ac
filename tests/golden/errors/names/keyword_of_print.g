input x: f32
print(x, sep=", ")  # error: E0204

#$ graphc check keyword_of_print.g
#! error[E0204]: print has no argument sep
#!   --> keyword_of_print.g:2:10
#!    |
#!  2 | print(x, sep=", ")  # error: E0204
#!    |          ^^^^^^^^
#= 1
