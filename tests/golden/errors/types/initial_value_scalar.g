var w: f32[3, 2] = 0.0  # error: E0303
output y = sum(w)

#$ graphc check initial_value_scalar.g
#! error[E0303]: the value is f32, but f32[3, 2] is declared
#!   --> initial_value_scalar.g:1:20
#!    |
#!  1 | var w: f32[3, 2] = 0.0  # error: E0303
#!    |                    ^^^ is f32
#!    = hint: broadcast_to(0.0, [3, 2])
#= 1
