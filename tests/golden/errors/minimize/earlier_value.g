import optim
var w: f32 = 0.0
var b: f32 = 0.0
loss = (w + b - 1) ** 2
w *= 0.99
minimize(loss, with=optim.sgd(0.01))  # error: E0403

#$ graphc check earlier_value.g
#! error[E0403]: loss was computed with an earlier w
#!   --> earlier_value.g:6:10
#!    |
#!  6 | minimize(loss, with=optim.sgd(0.01))  # error: E0403
#!    |          ^^^^ depends on w as it was before line 5
#!  5 | w *= 0.99
#!    | - assigned here
#!    = hint: call minimize before line 5, or compute loss again after it
#= 1
