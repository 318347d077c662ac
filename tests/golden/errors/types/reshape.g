input x: f32[6]
output X = reshape(x, [4, 2])  # error: E0310

#$ graphc check reshape.g
#! error[E0310]: [6] can't be reshaped to [4, 2]
#!   --> reshape.g:2:12
#!    |
#!  2 | output X = reshape(x, [4, 2])  # error: E0310
#!    |            ^^^^^^^^^^^^^^^^^^
#!    |                    - 6 elements, but 8 are asked for
#!    = hint: reshape(x, [3, 2])
#= 1
