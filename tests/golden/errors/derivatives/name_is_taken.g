input x: f32 = 1.0
dy_dx = 3.0 * x
output y = x * dy_dx

#$ graphc grad name_is_taken.g --wrt x
#! error[E0202]: the derivative would be called dy_dx, and the program has a value of that name
#!   --> name_is_taken.g:2:9
#!    |
#!  2 | dy_dx = 3.0 * x
#!    |         ^^^^^^^ this one
#!    = hint: rename dy_dx in the program
#= 1
