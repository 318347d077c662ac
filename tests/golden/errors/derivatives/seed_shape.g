input x: f32[n]
y = x ** 2
output d = grad(y, x, seed=[1, 2])  # error: E0404

#$ graphc check seed_shape.g
#! error[E0404]: the seed must be f32[n], not f32[2]
#!   --> seed_shape.g:3:28
#!    |
#!  3 | output d = grad(y, x, seed=[1, 2])  # error: E0404
#!    |                            ^^^^^^ is f32[2]
#!    = hint: leave it out for ones
#= 1
