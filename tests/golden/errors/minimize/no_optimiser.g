var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss)  # error: E0204

#$ graphc check no_optimiser.g
#! error[E0204]: minimize needs an optimiser
#!   --> no_optimiser.g:3:1
#!    |
#!  3 | minimize(loss)  # error: E0204
#!    | ^^^^^^^^^^^^^^
#!    = hint: minimize(loss, with=optim.adam(1e-3))
#= 1
