input x: f32
y = 2 * (x + 1  # error: E0103
output y

#$ graphc check unclosed.g
#! error[E0103]: ( is never closed
#!   --> unclosed.g:2:15
#!    |
#!  2 | y = 2 * (x + 1  # error: E0103
#!    |         -     ^ ) is missing
#!    |         |
#!    |         opened here
#!    = hint: add )
#= 1
