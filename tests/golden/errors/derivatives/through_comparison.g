input x: f32
y = where(x > 0, 1.0, 2.0)
output d = grad(y, x)  # error: E0402

#$ graphc check through_comparison.g
#! error[E0402]: no derivative reaches x from y
#!   --> through_comparison.g:3:20
#!    |
#!  3 | output d = grad(y, x)  # error: E0402
#!    |                    ^
#!  2 | y = where(x > 0, 1.0, 2.0)
#!    |           ----- its result is a boolean
#!    = hint: grad(y, x, unused="zero") gives zeros
#= 1
