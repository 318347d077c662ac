input x: f32[n]
total: f32[n] = sum(x)  # error: E0313
output total

#$ graphc check annotation_shape.g
#! error[E0313]: the value is f32, but f32[n] is written
#!   --> annotation_shape.g:2:17
#!    |
#!  2 | total: f32[n] = sum(x)  # error: E0313
#!    |        ------   ^^^^^^ is f32
#!    |        |
#!    |        written here
#!    = hint: write f32
#= 1
