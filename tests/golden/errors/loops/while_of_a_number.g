input x: f32
k = 3
while k {  # error: E0304
  k -= 1
}
output x

#$ graphc check while_of_a_number.g
#! error[E0304]: a condition is a boolean scalar, not int
#!   --> while_of_a_number.g:3:7
#!    |
#!  3 | while k {  # error: E0304
#!    |       ^
#!    = hint: k != 0
#= 1
