input x: f32
a = 2 * x
y = a ** 2
a = 3 * x
output d = grad(y, a)  # error: E0403

#$ graphc check earlier_name.g
#! error[E0403]: y was computed with an earlier a
#!   --> earlier_name.g:5:17
#!    |
#!  5 | output d = grad(y, a)  # error: E0403
#!    |                 ^ depends on a as it was before line 4
#!  4 | a = 3 * x
#!    | - assigned here
#!    = hint: take the gradient before line 4, or compute y again after it
#= 1
