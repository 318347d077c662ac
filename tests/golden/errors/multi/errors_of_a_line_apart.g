input x: f32
a = x + u  # error: E0201
b = x + v  # error: E0201
c = a + b
d = grad(c, x)
e = grad(x ** 2, y)  # error: E0201
output d
output e

#$ graphc check errors_of_a_line_apart.g
#! error[E0201]: u is not defined
#!   --> errors_of_a_line_apart.g:2:9
#!    |
#!  2 | a = x + u  # error: E0201
#!    |         ^
#!
#! error[E0201]: v is not defined
#!   --> errors_of_a_line_apart.g:3:9
#!    |
#!  3 | b = x + v  # error: E0201
#!    |         ^
#!
#! error[E0201]: y is not defined
#!   --> errors_of_a_line_apart.g:6:18
#!    |
#!  6 | e = grad(x ** 2, y)  # error: E0201
#!    |                  ^
#!
#! error: 3 errors in errors_of_a_line_apart.g
#= 1
