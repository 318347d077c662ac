input x: f32[n]
output y = x.T @ x  # error: E0311

#$ graphc check transpose_of_vector.g
#! error[E0311]: .T swaps the last two axes, but this is f32[n]
#!   --> transpose_of_vector.g:2:12
#!    |
#!  2 | output y = x.T @ x  # error: E0311
#!    |            ^^^
#!    = hint: x[:, None] makes a column
#= 1
