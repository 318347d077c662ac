fn scaled(p, factor=2) = factor * p
input x: f32[n]
output y = scaled(x, p=x)  # error: E0204

#$ graphc check argument_given_twice.g
#! error[E0204]: argument p of scaled is given twice
#!   --> argument_given_twice.g:3:22
#!    |
#!  3 | output y = scaled(x, p=x)  # error: E0204
#!    |                      ^^^
#!    |
#!  1 | fn scaled(p, factor=2) = factor * p
#!    | ---------------------- declared here
#= 1
