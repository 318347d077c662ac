import optim
input x: f32
var w: f32 = 0.0
loss = (x - i64(w)) ** 2
minimize(loss, with=optim.sgd(0.01))  # error: E0402

#$ graphc check no_path.g
#! error[E0402]: no derivative reaches w from loss
#!   --> no_path.g:5:1
#!    |
#!  5 | minimize(loss, with=optim.sgd(0.01))  # error: E0402
#!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!  4 | loss = (x - i64(w)) ** 2
#!    |             ------ its result is i64
#= 1
