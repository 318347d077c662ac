input x: f32
output y = x + zz  # error: E0201

#$ graphc check undefined.g
#! error[E0201]: zz is not defined
#!   --> undefined.g:2:16
#!    |
#!  2 | output y = x + zz  # error: E0201
#!    |                ^^
#= 1
