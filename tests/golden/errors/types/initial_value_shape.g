var w: f32[3] = [1, 2]  # error: E0303
output y = sum(w)

#$ graphc check initial_value_shape.g
#! error[E0303]: the value is f32[2], but f32[3] is declared
#!   --> initial_value_shape.g:1:17
#!    |
#!  1 | var w: f32[3] = [1, 2]  # error: E0303
#!    |                 ^^^^^^ is f32[2]
#!    = hint: declare f32[2]
#= 1
