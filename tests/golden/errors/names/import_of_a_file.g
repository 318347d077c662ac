import "layers.g" as layers  # error: E0905
input x: f32[n]
output y = layers.relu(x)

#$ graphc check import_of_a_file.g
#! error[E0905]: files can't be imported in this version
#!   --> import_of_a_file.g:1:8
#!    |
#!  1 | import "layers.g" as layers  # error: E0905
#!    |        ^^^^^^^^^^
#!    = hint: import init: the library has init, losses, nn, optim
#= 1
