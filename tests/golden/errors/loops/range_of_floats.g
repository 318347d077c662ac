input t: f32
s = 0
for i in range(t) {  # error: E0304
  s += i
}
output s

#$ graphc check range_of_floats.g
#! error[E0304]: range counts in whole numbers, not in f32
#!   --> range_of_floats.g:3:16
#!    |
#!  3 | for i in range(t) {  # error: E0304
#!    |                ^
#!    = hint: range(i64(t))
#= 1
