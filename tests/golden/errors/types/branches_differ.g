input x: f32[n]
if sum(x) > 0 {
  y = x
} else {
  y = 0.0  # error: E0318
}
output y

#$ graphc check branches_differ.g
#! error[E0318]: y is f32[n] in one branch and f32 in the other
#!   --> branches_differ.g:5:3
#!    |
#!  5 |   y = 0.0  # error: E0318
#!    |   ^ f32 here
#!    |
#!  3 |   y = x
#!    |   - f32[n] here
#!    = hint: give it one type in both branches
#= 1
