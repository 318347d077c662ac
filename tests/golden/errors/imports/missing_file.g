import "lyers.g" as layers  # error: E0701
input x: f32
output y = layers.relu(x)

#$ graphc check missing_file.g
#! error[E0701]: there is no file lyers.g
#!   --> missing_file.g:1:8
#!    |
#!  1 | import "lyers.g" as layers  # error: E0701
#!    |        ^^^^^^^^^
#!    = hint: did you mean "layers.g"?
#= 1
