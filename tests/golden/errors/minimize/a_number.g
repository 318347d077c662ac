var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=0.01)  # error: E0414

#$ graphc check a_number.g
#! error[E0414]: 0.01 is a number, not an optimiser
#!   --> a_number.g:3:21
#!    |
#!  3 | minimize(loss, with=0.01)  # error: E0414
#!    |                     ^^^^
#!    = hint: with=optim.sgd(0.01)
#= 1
