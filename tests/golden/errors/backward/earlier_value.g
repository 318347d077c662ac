var w: f32 = 2.0
var b: f32 = 1.0
loss = w ** 2 + b
w -= 0.1
backward(loss)  # error: E0403

#$ graphc check earlier_value.g
#! error[E0403]: loss was computed with an earlier w
#!   --> earlier_value.g:5:10
#!    |
#!  5 | backward(loss)  # error: E0403
#!    |          ^^^^ depends on w as it was before line 4
#!  4 | w -= 0.1
#!    | - assigned here
#!    = hint: write the backward before line 4, or compute loss again after it
#= 1
