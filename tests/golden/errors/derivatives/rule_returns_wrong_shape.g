fn f(x) {
  return sum(x)
} vjp (g) {
  return g  # error: E0405
}
input a: f32[n]
output d = grad(f(a), a)

#$ graphc check rule_returns_wrong_shape.g
#! error[E0405]: the cotangent of x must be f32[n], not f32
#!   --> rule_returns_wrong_shape.g:4:10
#!    |
#!  4 |   return g  # error: E0405
#!    |          ^
#!    |
#!  7 | output d = grad(f(a), a)
#!    |                 ---- in this call of f
#!    |
#!  1 | fn f(x) {
#!    |      - this parameter
#!    = hint: broadcast_to(g, x.shape)
#= 1
