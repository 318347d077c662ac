fn f(x) {
  return x ** 2
} vjp (g) {
  return g ** 2 * x
}
input x: f32
output d = jvp(f(x), x, 1.0)  # error: E0406

#$ graphc check forward_of_nonlinear_rule.g
#! error[E0406]: this hand-written derivative isn't linear in its cotangent, so it has no forward mode
#!   --> forward_of_nonlinear_rule.g:7:12
#!    |
#!  7 | output d = jvp(f(x), x, 1.0)  # error: E0406
#!    |            ^^^^^^^^^^^^^^^^^
#!    = hint: use grad, which only runs it backward
#= 1
