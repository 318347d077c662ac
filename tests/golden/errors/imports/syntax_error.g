fn f(x) = x +  # error: E0101
y = 2.0

#$ graphc check syntax_error.g
#! error[E0101]: an expression is missing after +
#!   --> syntax_error.g:1:14
#!    |
#!  1 | fn f(x) = x +  # error: E0101
#!    |              ^ expected an expression
#!    = hint: fn f(x) = x + 1
#= 1
