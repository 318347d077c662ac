input x: f32[3]
var v: f32 = 1.0
d = grad(sum(x) * v, [x, v])
output e = 2 * d  # error: E0208

#$ graphc check gradients_of_two_shapes.g
#! error[E0208]: d is a tuple of 2 values, not a tensor
#!   --> gradients_of_two_shapes.g:4:16
#!    |
#!  4 | output e = 2 * d  # error: E0208
#!    |                ^
#!    = hint: take one of them: d[0]
#= 1
