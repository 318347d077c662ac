import optim
input k: i64
var w: f32 = 0.0
loss = k + i64(w)
minimize(loss, with=optim.sgd(0.01))  # error: E0401

#$ graphc check loss_of_integers.g
#! error[E0401]: loss is i64, which has no derivative
#!   --> loss_of_integers.g:5:10
#!    |
#!  5 | minimize(loss, with=optim.sgd(0.01))  # error: E0401
#!    |          ^^^^
#= 1
