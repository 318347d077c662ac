input x: f32[2]
input y: f32[3]
fn f(a) = a + [1, 2, 3, 4]  # error: E0302 E0302
output p = f(x)
output q = f(y)

#$ graphc check errors_in_two_calls.g
#! error[E0302]: shapes [2] and [4] don't broadcast
#!   --> errors_in_two_calls.g:3:11
#!    |
#!  3 | fn f(a) = a + [1, 2, 3, 4]  # error: E0302 E0302
#!    |           ^^^^^^^^^^^^^^^^
#!    |               ------------ 4 comes from here
#!  4 | output p = f(x)
#!    |            ---- in this call of f
#!    |
#!  1 | input x: f32[2]
#!    |              - 2 comes from here
#!
#! error[E0302]: shapes [3] and [4] don't broadcast
#!   --> errors_in_two_calls.g:3:11
#!    |
#!  3 | fn f(a) = a + [1, 2, 3, 4]  # error: E0302 E0302
#!    |           ^^^^^^^^^^^^^^^^
#!    |               ------------ 4 comes from here
#!    |
#!  5 | output q = f(y)
#!    |            ---- in this call of f
#!    |
#!  2 | input y: f32[3]
#!    |              - 3 comes from here
#!
#! error: 2 errors in errors_in_two_calls.g
#= 1
