import optim
input rate: f64 = 0.1
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=optim.sgd(rate))  # error: E0503

#$ graphc check rate_of_f64.g
#! error[E0503]: w is f32, but optim.sgd(rate) makes f64 of it
#!   --> rate_of_f64.g:5:21
#!    |
#!  5 | minimize(loss, with=optim.sgd(rate))  # error: E0503
#!    |                     ^^^^^^^^^^^^^^^
#!    |
#!  3 | var w: f32 = 0.0
#!    |     ------ w is declared f32
#!    = hint: cast what the optimiser is made with: f32(rate)
#= 1
