fn f(x) = x
fn g(x) = 2 * x
input x: f32
h = f
for i in range(3) {
  h = g  # error: E0319
}
output y = h(x)

#$ graphc check carried_function.g
#! error[E0319]: h is another function after an iteration of the loop
#!   --> carried_function.g:6:3
#!    |
#!  6 |   h = g  # error: E0319
#!    |   ^
#!    |
#!  4 | h = f
#!    | - bound here
#!    = hint: a loop carries tensors, numbers and strings, and tuples of one form; bind another name in it
#= 1
