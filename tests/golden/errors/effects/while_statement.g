input x: f32
while x > 0 {  # error: E0505
  x2 = x
}
output x

#$ graphc check while_statement.g
#! error[E0505]: while statements are not compiled yet
#!   --> while_statement.g:2:1
#!    |
#!  2 | while x > 0 {  # error: E0505
#!    | ^^^^^
#!    = hint: map(f, xs) repeats
#= 1
