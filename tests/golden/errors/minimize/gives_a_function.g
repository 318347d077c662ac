fn rate(lr, decay) {
  fn f(w, dw) = w - lr * dw - decay * w
  return f
}
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=rate)  # error: E0414

#$ graphc check gives_a_function.g
#! error[E0414]: rate is not an optimiser: it gives a function
#!   --> gives_a_function.g:7:21
#!    |
#!  7 | minimize(loss, with=rate)  # error: E0414
#!    |                     ^^^^
#!    |
#!  1 | fn rate(lr, decay) {
#!    | ------------------ declared here
#!    = hint: call it first: with=rate(…)
#= 1
