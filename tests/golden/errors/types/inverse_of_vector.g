input x: f32[n]
output y = inv(x)  # error: E0311

#$ graphc check inverse_of_vector.g
#! error[E0311]: inv takes a matrix; this is f32[n]
#!   --> inverse_of_vector.g:2:12
#!    |
#!  2 | output y = inv(x)  # error: E0311
#!    |            ^^^^^^
#!    |                - has rank 1
#= 1
