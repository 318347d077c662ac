input x: f32
y = stop_grad(x) ** 2
output d = grad(y, x)  # error: E0402

#$ graphc check stopped.g
#! error[E0402]: no derivative reaches x from y
#!   --> stopped.g:3:20
#!    |
#!  3 | output d = grad(y, x)  # error: E0402
#!    |                    ^
#!  2 | y = stop_grad(x) ** 2
#!    |     ------------ a stop_grad stands in the way
#!    = hint: grad(y, x, unused="zero") gives zeros
#= 1
