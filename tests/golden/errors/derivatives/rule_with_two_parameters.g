fn f(x) {
  return x
} vjp (g, h) {  # error: E0405
  return g
}
input a: f32
output d = grad(f(a), a)

#$ graphc check rule_with_two_parameters.g
#! error[E0405]: a vjp rule has one parameter, the cotangent of the result
#!   --> rule_with_two_parameters.g:3:11
#!    |
#!  3 | } vjp (g, h) {  # error: E0405
#!    |           ^
#!    |
#!  7 | output d = grad(f(a), a)
#!    |                 ---- in this call of f
#!    = hint: vjp (g) { … }
#= 1
