var x: f32 = 3.0
loss = (x + 1) ** 2
backward(loss)
backward(loss)  # error: E0409

#$ graphc check used_up.g
#! error[E0409]: the graph of loss has been used up by a backward before
#!   --> used_up.g:4:1
#!    |
#!  4 | backward(loss)  # error: E0409
#!    | ^^^^^^^^^^^^^^
#!  3 | backward(loss)
#!    | -------------- used up here
#!    = hint: keep it, on line 3: backward(loss, retain_graph=true)
#= 1

#$ graphc run used_up.g
#! error[E0409]: the graph of loss has been used up by a backward before
#!   --> used_up.g:4:1
#!    |
#!  4 | backward(loss)  # error: E0409
#!    | ^^^^^^^^^^^^^^
#!  3 | backward(loss)
#!    | -------------- used up here
#!    = hint: keep it, on line 3: backward(loss, retain_graph=true)
#= 1
