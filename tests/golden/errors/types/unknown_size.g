input x: f32[n + m]  # error: E0314
input y: f32[n]
output s = sum(x) + sum(y)

#$ graphc check unknown_size.g
#! error[E0314]: no input or variable has the size m by itself, so a run can't know it
#!   --> unknown_size.g:1:18
#!    |
#!  1 | input x: f32[n + m]  # error: E0314
#!    |                  ^
#!    = hint: declare one: input z: f32[m]
#= 1
