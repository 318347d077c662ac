import "type_error.g" as t  # error: E0302 E0201 E0101
input x: f32[2]
output y = t.f(x)  # error: E0301
output z = t.y

#$ graphc check import_of_errors.g
#! error[E0302]: shapes [2] and [3] don't broadcast
#!   --> type_error.g:1:5
#!    |
#!  1 | y = zeros([2]) + zeros([3])  # error: E0302
#!    |     ^^^^^^^^^^^^^^^^^^^^^^^
#!    |     ----------   ---------- 3 comes from here
#!    |     |
#!    |     2 comes from here
#!    |
#!   ::: import_of_errors.g:1:8
#!    |
#!  1 | import "type_error.g" as t  # error: E0302 E0201 E0101
#!    |        -------------- imported here
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
#!    |
#!   ::: import_of_errors.g:1:8
#!    |
#!  1 | import "type_error.g" as t  # error: E0302 E0201 E0101
#!    |        -------------- imported here
#!    = hint: fn f(x) = x + 1
#!
#! error[E0301]: shapes f32[2] and f32[3] don't multiply
#!   --> type_error.g:2:11
#!    |
#!  2 | fn f(x) = x @ ones([3])
#!    |           ^^^^^^^^^^^^^ inner sizes 2 and 3 differ
#!    |               --------- 3 comes from here
#!    |
#!   ::: import_of_errors.g:3:12
#!    |
#!  3 | output y = t.f(x)  # error: E0301
#!    |            ------ in this call of f
#!  2 | input x: f32[2]
#!    |              - 2 comes from here
#!    = hint: ones([3]) must be f32[2]
#!
#! error[E0201]: undefinde is not defined
#!   --> type_error.g:3:11
#!    |
#!  3 | fn g(x) = undefinde(x)  # error: E0201
#!    |           ^^^^^^^^^
#!    |
#!   ::: import_of_errors.g:1:8
#!    |
#!  1 | import "type_error.g" as t  # error: E0302 E0201 E0101
#!    |        -------------- imported here
#!
#! error: 4 errors in type_error.g and syntax_error.g
#= 1
