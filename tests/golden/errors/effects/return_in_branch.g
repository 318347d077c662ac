input x: f32
if x > 0 {
  return x  # error: E0504
}
output x

#$ graphc check return_in_branch.g
#! error[E0504]: return stands in a function only
#!   --> return_in_branch.g:3:3
#!    |
#!  3 |   return x  # error: E0504
#!    |   ^^^^^^^^
#!    = hint: output NAME = value
#= 1
