import optim
input x: f32[n]
var w: f32 = 0.0
loss = (w * x - 1) ** 2
minimize(loss, with=optim.sgd(0.01))  # error: E0311

#$ graphc check loss_of_rows.g
#! error[E0311]: minimize takes a scalar, not f32[n]
#!   --> loss_of_rows.g:5:10
#!    |
#!  5 | minimize(loss, with=optim.sgd(0.01))  # error: E0311
#!    |          ^^^^
#!    = hint: mean(loss) or sum(loss)
#= 1
