input x: f32
y = x +  # error: E0101
output y

#$ graphc check missing_operand.g
#! error[E0101]: an expression is missing after +
#!   --> missing_operand.g:2:8
#!    |
#!  2 | y = x +  # error: E0101
#!    |        ^ expected an expression
#!    = hint: a + b, or put it all in ( ) to go on over several lines
#= 1
