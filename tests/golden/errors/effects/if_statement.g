input x: f32
if x > 0 {  # error: E0505
  y = x
}
output x

#$ graphc check if_statement.g
#! error[E0505]: if statements are not compiled yet
#!   --> if_statement.g:2:1
#!    |
#!  2 | if x > 0 {  # error: E0505
#!    | ^^
#!    = hint: where(c, a, b) chooses elementwise; map(f, xs) repeats
#= 1
