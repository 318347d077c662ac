import optim
input x: f32
var w: f32 = 0.0
loss = (w - x) ** 2
minimize(loss, with=optim.sgd(0.01), wrt=[w, x])  # error: E0503

#$ graphc check wrt_no_variable.g
#! error[E0503]: x is not a variable
#!   --> wrt_no_variable.g:5:46
#!    |
#!  5 | minimize(loss, with=optim.sgd(0.01), wrt=[w, x])  # error: E0503
#!    |                                              ^
#!    = hint: the variables are w
#= 1
