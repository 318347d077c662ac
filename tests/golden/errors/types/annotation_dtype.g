input x: f64[n]
total: f32 = sum(x)  # error: E0313
output total

#$ graphc check annotation_dtype.g
#! error[E0313]: the value is f64, but f32 is written
#!   --> annotation_dtype.g:2:14
#!    |
#!  2 | total: f32 = sum(x)  # error: E0313
#!    |        ---   ^^^^^^
#!    |        |
#!    |        written here
#!    = hint: f32(sum(x))
#= 1
