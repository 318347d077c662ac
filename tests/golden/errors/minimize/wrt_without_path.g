import optim
var w: f32 = 0.0
var b: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=optim.sgd(0.01), wrt=[w, b])  # error: E0402

#$ graphc check wrt_without_path.g
#! error[E0402]: loss does not depend on b
#!   --> wrt_without_path.g:5:46
#!    |
#!  5 | minimize(loss, with=optim.sgd(0.01), wrt=[w, b])  # error: E0402
#!    |                                              ^
#!    |
#!  3 | var b: f32 = 0.0
#!    |     ------ b is declared here
#= 1
