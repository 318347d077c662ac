fn twice(p) = 2 * p
input x: f32[n]
output y = twice(x, x)  # error: E0204

#$ graphc check too_many_arguments.g
#! error[E0204]: twice takes 1 argument, not 2
#!   --> too_many_arguments.g:3:21
#!    |
#!  3 | output y = twice(x, x)  # error: E0204
#!    |                     ^
#!    |
#!  1 | fn twice(p) = 2 * p
#!    | ----------- declared here
#= 1
