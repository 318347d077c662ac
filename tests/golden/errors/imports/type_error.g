y = zeros([2]) + zeros([3])  # error: E0302
fn f(x) = x @ ones([3])
fn g(x) = undefinde(x)  # error: E0201
import "syntax_error.g"  # error: E0101

#$ graphc check type_error.g
#! error[E0302]: shapes [2] and [3] don't broadcast
#!   --> type_error.g:1:5
#!    |
#!  1 | y = zeros([2]) + zeros([3])  # error: E0302
#!    |     ^^^^^^^^^^^^^^^^^^^^^^^
#!    |     ----------   ---------- 3 comes from here
#!    |     |
#!    |     2 comes from here
#!
#! error[E0101]: an expression is missing after +
#!   --> syntax_error.g:1:14
#!    |
#!  1 | fn f(x) = x +  # error: E0101
#!    |              ^ expected an expression
#!    |
#!   ::: type_error.g:4:8
#!    |
#!  4 | import "syntax_error.g"  # error: E0101
#!    |        ---------------- imported here
#!    = hint: fn f(x) = x + 1
#!
#! error[E0201]: undefinde is not defined
#!   --> type_error.g:3:11
#!    |
#!  3 | fn g(x) = undefinde(x)  # error: E0201
#!    |           ^^^^^^^^^
#!
#! error: 3 errors in type_error.g and syntax_error.g
#= 1
