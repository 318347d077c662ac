import optim
input x: f32
var w: f32 = 0.0
var b: f32 = 0.0
loss = (x - i64(w)) ** 2
minimize(loss, with=optim.sgd(0.01))  # error: E0413

#$ graphc check no_path_of_two.g
#! error[E0413]: loss depends on no trainable variable
#!   --> no_path_of_two.g:6:10
#!    |
#!  6 | minimize(loss, with=optim.sgd(0.01))  # error: E0413
#!    |          ^^^^
#!    = hint: the trainable variables are w, b
#= 1
