input x: f32
output y = x
output y = 2 * x  # error: E0202

#$ graphc check output_twice.g
#! error[E0202]: output y is declared twice
#!   --> output_twice.g:3:8
#!    |
#!  3 | output y = 2 * x  # error: E0202
#!    |        ^
#!  2 | output y = x
#!    |        - first here
#= 1
