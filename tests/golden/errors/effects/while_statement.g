input x: f32
while x > 0 {  # error: E0905
  x2 = x
}
output x

#$ graphc check while_statement.g
#! error[E0905]: while statements are not part of this version
#!   --> while_statement.g:2:1
#!    |
#!  2 | while x > 0 {  # error: E0905
#!    | ^^^^^
#!    = hint: map(f, xs) repeats
#= 1
