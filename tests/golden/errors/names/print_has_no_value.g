input x: f32
y = print(x)  # error: E0208
output y

#$ graphc check print_has_no_value.g
#! error[E0208]: this call has no value
#!   --> print_has_no_value.g:2:5
#!    |
#!  2 | y = print(x)  # error: E0208
#!    |     ^^^^^^^^
#!    = hint: call it on a line of its own
#= 1
