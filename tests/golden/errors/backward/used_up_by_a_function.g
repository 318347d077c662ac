var x: f32 = 3.0
fn step() {
  loss = x ** 2
  backward(loss)
  return loss
}
l = step() + step()
backward(l)  # error: E0409

#$ graphc check used_up_by_a_function.g
#! error[E0409]: a part of the graph of l has been used up by the backward of loss
#!   --> used_up_by_a_function.g:8:1
#!    |
#!  8 | backward(l)  # error: E0409
#!    | ^^^^^^^^^^^
#!    |
#!  4 |   backward(loss)
#!    |   -------------- used up here
#!  3 |   loss = x ** 2
#!    |          ------ loss is in both
#!    = hint: keep it, on line 4: backward(loss, retain_graph=true)
#= 1
