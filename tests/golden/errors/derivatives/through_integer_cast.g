input x: f32
y = f32(i64(x)) ** 2
output d = grad(y, x)  # error: E0402

#$ graphc check through_integer_cast.g
#! error[E0402]: no derivative reaches x from y
#!   --> through_integer_cast.g:3:20
#!    |
#!  3 | output d = grad(y, x)  # error: E0402
#!    |                    ^
#!  2 | y = f32(i64(x)) ** 2
#!    |         ------ its result is i64
#!    = hint: grad(y, x, unused="zero") gives zeros
#= 1
