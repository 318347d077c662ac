input x: f32[n]
s = 0.0
for f, v in zip([sin, cos], x) {  # error: E0308
  s += f(v)
}
output s

#$ graphc check list_with_tensor.g
#! error[E0308]: a loop over a list is written out, and so must be what is zipped with it
#!   --> list_with_tensor.g:3:29
#!    |
#!  3 | for f, v in zip([sin, cos], x) {  # error: E0308
#!    |                             ^ its length is known when the program runs
#= 1
