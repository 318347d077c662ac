import optim
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=optim.sgd(0.01))
minimize(loss, with=optim.adam())  # error: E0403

#$ graphc check twice.g
#! error[E0403]: loss was computed with an earlier w
#!   --> twice.g:5:10
#!    |
#!  5 | minimize(loss, with=optim.adam())  # error: E0403
#!    |          ^^^^ depends on w as it was before line 4
#!  4 | minimize(loss, with=optim.sgd(0.01))
#!    | ------------------------------------ assigned here
#!    = hint: call minimize before line 4, or compute loss again after it
#= 1
