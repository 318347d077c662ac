input X: f32[n, 3]
output s = sum(X, axis=2)  # error: E0306

#$ graphc check axis.g
#! error[E0306]: axis 2 is out of range
#!   --> axis.g:2:12
#!    |
#!  2 | output s = sum(X, axis=2)  # error: E0306
#!    |            ^^^^^^^^^^^^^^
#!    |                - its axes are -2 to 1
#= 1
