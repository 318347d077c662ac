input in: f32  # error: E0102
output y = 2 * in  # error: E0102

#$ graphc check reserved_word.g
#! error[E0102]: in is a reserved word
#!   --> reserved_word.g:1:7
#!    |
#!  1 | input in: f32  # error: E0102
#!    |       ^^ can't be a name
#!    = hint: in_
#!
#! error[E0102]: in is a reserved word
#!   --> reserved_word.g:2:16
#!    |
#!  2 | output y = 2 * in  # error: E0102
#!    |                ^^ can't be a name
#!    = hint: in_
#!
#! error: 2 errors in reserved_word.g
#= 1
