var w: f32 = 0.0
var w: f32 = 1.0  # error: E0202
output y = w

#$ graphc check var_twice.g
#! error[E0202]: w is declared twice
#!   --> var_twice.g:2:5
#!    |
#!  2 | var w: f32 = 1.0  # error: E0202
#!    |     ^
#!  1 | var w: f32 = 0.0
#!    |     - first here
#!    = hint: choose another name
#= 1
