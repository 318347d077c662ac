input c: bool
var x: f32 = 3.0
loss = x ** 2
if c { backward(loss) }
backward(loss)  # error: E0409

#$ graphc check used_up_by_a_branch.g
#! error[E0409]: the graph of loss has been used up by a backward before
#!   --> used_up_by_a_branch.g:5:1
#!    |
#!  5 | backward(loss)  # error: E0409
#!    | ^^^^^^^^^^^^^^
#!  4 | if c { backward(loss) }
#!    |        -------------- used up here
#!    = hint: keep it, on line 4: backward(loss, retain_graph=true)
#= 1
