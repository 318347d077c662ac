input x: f32
input v: f64
y = x ** 2
output d = grad(y, x, seed=v)  # error: E0404

#$ graphc check seed_dtype.g
#! error[E0404]: the seed must be f32, not f64
#!   --> seed_dtype.g:4:28
#!    |
#!  4 | output d = grad(y, x, seed=v)  # error: E0404
#!    |                            ^ is f64
#!    = hint: cast it: f32(v)
#= 1
