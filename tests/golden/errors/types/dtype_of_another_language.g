input x: f32
output y = float64(x)  # error: E0201

#$ graphc check dtype_of_another_language.g
#! error[E0201]: float64 is not defined
#!   --> dtype_of_another_language.g:2:12
#!    |
#!  2 | output y = float64(x)  # error: E0201
#!    |            ^^^^^^^
#!    = hint: f64(x)
#= 1
