input learning_rate: f32
output y = 2 * learning_rat  # error: E0201

#$ graphc check undefined_suggests.g
#! error[E0201]: learning_rat is not defined
#!   --> undefined_suggests.g:2:16
#!    |
#!  2 | output y = 2 * learning_rat  # error: E0201
#!    |                ^^^^^^^^^^^^
#!    = hint: did you mean learning_rate?
#= 1
