fn total(x: f32[n]) = sum(x)
input v: f64[3]
output s = total(v)  # error: E0315

#$ graphc check parameter_dtype.g
#! error[E0315]: total takes x: f32[n], not f64
#!   --> parameter_dtype.g:3:18
#!    |
#!  3 | output s = total(v)  # error: E0315
#!    |                  ^ is f64
#!    |            -------- in this call of total
#!    |
#!  1 | fn total(x: f32[n]) = sum(x)
#!    |          --------- declared here
#!    = hint: cast it: f32(v)
#= 1
