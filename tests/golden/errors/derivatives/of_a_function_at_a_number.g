output y = grad(sin)(1.0)  # error: E0407

#$ graphc check of_a_function_at_a_number.g
#! error[E0407]: grad takes a value, not a function
#!   --> of_a_function_at_a_number.g:1:12
#!    |
#!  1 | output y = grad(sin)(1.0)  # error: E0407
#!    |            ^^^^^^^^^^^^^^
#!    = hint: x = 1.0; grad(sin(x), x)
#= 1
