input x: f32
if x > 0 {
  y = x
} else {
  z = x
}
output t = y + 1  # error: E0209

#$ graphc check half_bound.g
#! error[E0209]: y may have no value here: only one branch binds it
#!   --> half_bound.g:7:12
#!    |
#!  7 | output t = y + 1  # error: E0209
#!    |            ^ used here
#!    |
#!  3 |   y = x
#!    |   - bound in this branch
#!  4 | } else {
#!    |        - not bound in this one
#!    = hint: bind it in both branches, or before: y = …
#= 1
