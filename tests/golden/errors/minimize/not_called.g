import optim
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=optim.adam)  # error: E0414

#$ graphc check not_called.g
#! error[E0414]: optim.adam is not an optimiser: it doesn't take a variable and its gradient first
#!   --> not_called.g:4:21
#!    |
#!  4 | minimize(loss, with=optim.adam)  # error: E0414
#!    |                     ^^^^^^^^^^
#!    |
#!   ::: optim.g:32:1
#!    |
#! 32 | fn adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=false) {
#!    | ----------------------------------------------------------------------------------- declared here
#!    = hint: with=optim.adam(…)
#= 1
