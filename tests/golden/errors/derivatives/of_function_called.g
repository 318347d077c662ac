fn f(x) = x ** 2
input x: f32
output d = grad(f)(x)  # error: E0407

#$ graphc check of_function_called.g
#! error[E0407]: grad takes a value, not a function
#!   --> of_function_called.g:3:12
#!    |
#!  3 | output d = grad(f)(x)  # error: E0407
#!    |            ^^^^^^^^^^
#!    = hint: grad(f(x), x)
#= 1
