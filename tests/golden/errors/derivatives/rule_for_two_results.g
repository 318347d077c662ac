fn f(x) {
  return sin(x), cos(x)
} vjp (g) {  # error: E0405
  return g
}
input a: f32
output d = grad(f(a)[0], a)

#$ graphc check rule_for_two_results.g
#! error[E0405]: a vjp rule has a parameter for the cotangent of each of the 2 results, not 1
#!   --> rule_for_two_results.g:3:8
#!    |
#!  3 | } vjp (g) {  # error: E0405
#!    |        ^
#!    |
#!  7 | output d = grad(f(a)[0], a)
#!    |                 ---- in this call of f
#!    = hint: vjp (g0, g1) { … }
#= 1
