fn total(x: f32[n, 4]) = sum(x)
input v: f32[3]
output s = total(v)  # error: E0315

#$ graphc check parameter_shape.g
#! error[E0315]: total takes x: f32[n, 4], not f32[3]
#!   --> parameter_shape.g:3:18
#!    |
#!  3 | output s = total(v)  # error: E0315
#!    |                  ^ is f32[3]
#!    |            -------- in this call of total
#!    |
#!  1 | fn total(x: f32[n, 4]) = sum(x)
#!    |          ------------ declared here
#= 1
