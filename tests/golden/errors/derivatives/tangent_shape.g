input x: f32[3]
y = sum(x ** 2)
output d = jvp(y, x, [1, 0])  # error: E0404

#$ graphc check tangent_shape.g
#! error[E0404]: the tangent of x must be f32[3], not f32[2]
#!   --> tangent_shape.g:3:22
#!    |
#!  3 | output d = jvp(y, x, [1, 0])  # error: E0404
#!    |                      ^^^^^^ is f32[2]
#= 1
