input x: f32[n]
output y = x[::2] + x[1::2]  # error: E0302
output z = x[::2][:n//2] + x[1::2][:(n+1)//2]

#$ graphc check broadcast_computed_sizes.g
#! error[E0302]: shapes [(n+1)//2] and [n//2] don't broadcast
#!   --> broadcast_computed_sizes.g:2:12
#!    |
#!  2 | output y = x[::2] + x[1::2]  # error: E0302
#!    |            ^^^^^^^^^^^^^^^^
#!    |            ------   ------- n//2 comes from here
#!    |            |
#!    |            (n+1)//2 comes from here
#!    = hint: cut both to the shorter one: x[::2][:n//2] and x[1::2][:(n+1)//2]
#= 1
