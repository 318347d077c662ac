input x: f32
output y = "a" if x > 0 else 1.0  # error: E0318

#$ graphc check string_branch.g
#! error[E0318]: the value is str in one branch and float in the other
#!   --> string_branch.g:2:30
#!    |
#!  2 | output y = "a" if x > 0 else 1.0  # error: E0318
#!    |            ---               ^^^ float here
#!    |            |
#!    |            str here
#!    = hint: give it one type in both branches
#= 1
