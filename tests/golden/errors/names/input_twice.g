input x: f32
input x: f64  # error: E0202
output y = x

#$ graphc check input_twice.g
#! error[E0202]: x is declared twice
#!   --> input_twice.g:2:7
#!    |
#!  2 | input x: f64  # error: E0202
#!    |       ^
#!  1 | input x: f32
#!    |       - first here
#!    = hint: choose another name
#= 1
