input x: f32
if x > 0 {
  break  # error: E0506
}
output x

#$ graphc check break_outside.g
#! error[E0506]: break stands in a loop only
#!   --> break_outside.g:3:3
#!    |
#!  3 |   break  # error: E0506
#!    |   ^^^^^
#!    = hint: for i in range(n) { … }
#= 1
