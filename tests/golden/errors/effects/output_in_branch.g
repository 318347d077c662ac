input x: f32
if x > 0 {
  output y = x  # error: E0505
}

#$ graphc check output_in_branch.g
#! error[E0505]: output stands at the top level of a file, not in a branch
#!   --> output_in_branch.g:3:3
#!    |
#!  3 |   output y = x  # error: E0505
#!    |   ^^^^^^^^^^^^
#!    = hint: write output y after the branch
#= 1
