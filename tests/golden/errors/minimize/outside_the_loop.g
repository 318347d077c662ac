import optim
var w: f32[2] = ones([2])
loss = sum(w ** 2)
for k in range(3) {
  minimize(loss, with=optim.sgd(0.1))  # error: E0402
}

#$ graphc check outside_the_loop.g
#! error[E0402]: loss does not depend on w
#!   --> outside_the_loop.g:5:3
#!    |
#!  5 |   minimize(loss, with=optim.sgd(0.1))  # error: E0402
#!    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    |
#!  3 | loss = sum(w ** 2)
#!    |        ----------- loss is computed here, outside
#!    = hint: compute it in the loop: loss = sum(w ** 2); minimize(loss, with=optim.sgd(0.1))
#= 1
