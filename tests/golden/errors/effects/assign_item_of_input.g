input x: f32[3]
x[0] = 1  # error: E0202
output x

#$ graphc check assign_item_of_input.g
#! error[E0202]: x is an input; its items can't be assigned
#!   --> assign_item_of_input.g:2:1
#!    |
#!  2 | x[0] = 1  # error: E0202
#!    | ^^^^
#!  1 | input x: f32[3]
#!    |       - declared here
#!    = hint: assign to a copy: x2 = x; x2[0] = …
#= 1
