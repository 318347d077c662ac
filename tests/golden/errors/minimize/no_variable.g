import optim
input w: f32
var k: i64 = 0
var c: f32 = 1.0, trainable=false
loss = (w - c) ** 2
minimize(loss, with=optim.sgd(0.01))  # error: E0413

#$ graphc check no_variable.g
#! error[E0413]: there is no trainable variable before this
#!   --> no_variable.g:6:1
#!    |
#!  6 | minimize(loss, with=optim.sgd(0.01))  # error: E0413
#!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = hint: var w: f32 = 0.0 declares one
#= 1
