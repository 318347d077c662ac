input x: f32
output y = x if x > 0 else 0  # error: E0905

#$ graphc check run_time_condition.g
#! error[E0905]: a condition computed at run time can't choose between expressions in this version
#!   --> run_time_condition.g:2:17
#!    |
#!  2 | output y = x if x > 0 else 0  # error: E0905
#!    |                 ^^^^^
#!    = hint: where(x > 0, x, 0)
#= 1
