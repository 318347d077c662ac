fn f(x) = 2 * x
input x: f32
output y = map(f, x)  # error: E0311

#$ graphc check map_over_scalar.g
#! error[E0311]: map goes over rows, but this is a scalar f32
#!   --> map_over_scalar.g:3:19
#!    |
#!  3 | output y = map(f, x)  # error: E0311
#!    |                   ^
#= 1
