input X: f32[n]
output s = softmax(X, axis=1)  # error: E0306

#$ graphc check axis_of_softmax.g
#! error[E0306]: axis 1 is out of range
#!   --> axis_of_softmax.g:2:12
#!    |
#!  2 | output s = softmax(X, axis=1)  # error: E0306
#!    |            ^^^^^^^^^^^^^^^^^^
#!    |                    - its axes are -1 to 0
#= 1
