input x: f32
input z: f32
output d = grad(x ** 2, z, unused="zeros")  # error: E0309

#$ graphc check unused_option.g
#! error[E0309]: unused is "error" or "zero"
#!   --> unused_option.g:3:35
#!    |
#!  3 | output d = grad(x ** 2, z, unused="zeros")  # error: E0309
#!    |                                   ^^^^^^^
#!    = hint: unused="zero"
#= 1
