input n: i64
k = 0
if n {  # error: E0304
  k = 1
}
output k

#$ graphc check condition_is_a_number.g
#! error[E0304]: a condition is a boolean scalar, not i64
#!   --> condition_is_a_number.g:3:4
#!    |
#!  3 | if n {  # error: E0304
#!    |    ^
#!    = hint: n != 0
#= 1
