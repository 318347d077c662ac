# The name means its present value; the message shows both lines.
input x: f32 = 1.0
a = 2 * x
y = a ** 2
a = 3 * x
output y
output a

#$ graphc grad earlier_value.g --wrt a --of y
#! error[E0403]: y was computed with an earlier a
#!   --> earlier_value.g:4:5
#!    |
#!  4 | y = a ** 2
#!    |     ^^^^^^ depends on a as it was before line 5
#!  5 | a = 3 * x
#!    |     ----- assigned here
#!  3 | a = 2 * x
#!    |     ----- the a it depends on
#!    = hint: give the later value another name, or compute y again after line 5
#= 1

#$ graphc grad earlier_value.g --wrt x --of y --run
#> y: f32 = 4.0
#> dy_dx: f32 = 8.0
