fn f(x, y) {  # error: E0405
  return x * y
} vjp (g) {
  return g * y
}
input a: f32
input b: f32
output d = grad(f(a, b), a)

#$ graphc check rule_returns_too_few.g
#! error[E0405]: the vjp of f returns 1 cotangent for 2 parameters
#!   --> rule_returns_too_few.g:3:3
#!    |
#!  3 | } vjp (g) {
#!    |   ^^^^^^^^^
#! ...
#!  5 | }
#!    | ^
#!    |
#!  8 | output d = grad(f(a, b), a)
#!    |                 ------- in this call of f
#!    |
#!  1 | fn f(x, y) {  # error: E0405
#!    | ---------- the parameters
#!    = hint: return one cotangent per parameter, in their order; None where there is none
#= 1
