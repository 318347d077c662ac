input X: f32[n, 3]
total = 0.0
for row in X {
  total += row  # error: E0319
}
output total

#$ graphc check carried_shape.g
#! error[E0319]: total is float before an iteration of the loop and f32[3] after it
#!   --> carried_shape.g:4:3
#!    |
#!  4 |   total += row  # error: E0319
#!    |   ^^^^^ f32[3] here
#!    |
#!  2 | total = 0.0
#!    | ----- float here
#!    = hint: start with total = zeros([3])
#= 1
