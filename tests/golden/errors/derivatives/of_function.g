fn f(x) = x ** 2
input x: f32
output d = grad(f, x)  # error: E0407

#$ graphc check of_function.g
#! error[E0407]: f is a function; a derivative is of a value
#!   --> of_function.g:3:17
#!    |
#!  3 | output d = grad(f, x)  # error: E0407
#!    |                 ^
#!    = hint: grad(f(x), x)
#= 1
