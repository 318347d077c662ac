input x: f32[n]
input v: f64
y = x
y[0] = v  # error: E0313
output y

#$ graphc check stored_value_dtype.g
#! error[E0313]: a value of f64 can't be stored in f32[n]
#!   --> stored_value_dtype.g:4:8
#!    |
#!  4 | y[0] = v  # error: E0313
#!    |        ^
#!    = hint: f32(v)
#= 1
