input X: f32[n]
input Y: f32[m]
s = 0.0
for x, y in zip(X, Y) {  # error: E0310
  s += x * y
}
output s

#$ graphc check zip_lengths.g
#! error[E0310]: a loop goes over several things at once, but their lengths are n and m
#!   --> zip_lengths.g:4:20
#!    |
#!  4 | for x, y in zip(X, Y) {  # error: E0310
#!    |                 -  ^ its length is m
#!    |                 |
#!    |                 its length is n
#= 1
