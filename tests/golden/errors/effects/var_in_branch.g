input x: f32
if x > 0 {
  var w: f32 = 0.0  # error: E0505
}
output x

#$ graphc check var_in_branch.g
#! error[E0505]: var stands at the top level of a file, not in a branch
#!   --> var_in_branch.g:3:3
#!    |
#!  3 |   var w: f32 = 0.0  # error: E0505
#!    |   ^^^^^^^^^^^^^^^^
#!    = hint: declare it before: var w: …, and assign w = … here
#= 1
