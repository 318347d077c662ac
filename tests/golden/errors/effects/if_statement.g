input x: f32
if x > 0 {  # error: E0905
  y = x
}
output x

#$ graphc check if_statement.g
#! error[E0905]: if statements are not part of this version
#!   --> if_statement.g:2:1
#!    |
#!  2 | if x > 0 {  # error: E0905
#!    | ^^
#!    = hint: where(c, a, b) chooses elementwise; map(f, xs) repeats
#= 1
