fn f(x, y) {
  return x * y
} vjp (g) {
  return g * y  # error: E0405
}
input a: f32
input b: f32
output d = grad(f(a, b), a)

#$ graphc check rule_returns_too_few.g
#! error[E0405]: the vjp of f returns 1 cotangent for 2 parameters
#!   --> rule_returns_too_few.g:4:10
#!    |
#!  4 |   return g * y  # error: E0405
#!    |          ^^^^^
#!    |
#!  8 | output d = grad(f(a, b), a)
#!    |                 ------- in this call of f
#!    |
#!  1 | fn f(x, y) {
#!    | ---------- the parameters
#!    = hint: return one cotangent per parameter, in their order; None where there is none
#= 1
