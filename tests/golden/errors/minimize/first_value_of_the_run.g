input x: f32
fn from_x(lr) {
  fn f(w, dw, m=x) = w - lr * m, m + dw  # error: E0308
  return f
}
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=from_x(0.1))

#$ graphc check first_value_of_the_run.g
#! error[E0308]: an initial value is computed from constants and sizes only
#!   --> first_value_of_the_run.g:3:17
#!    |
#!  3 |   fn f(w, dw, m=x) = w - lr * m, m + dw  # error: E0308
#!    |                 ^
#!    |
#!  1 | input x: f32
#!    |       ------ this is computed by the run
#!    = hint: start from zeros, and assign in the program
#= 1
