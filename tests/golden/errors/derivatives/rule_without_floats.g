fn f(x) {  # error: E0405
  return 1, argmax(x)
} vjp (g, h) {
  return None
}
input a: f32[n]
output d = grad(f(a)[0], a)

#$ graphc check rule_without_floats.g
#! error[E0405]: none of the 2 results is a float: only floats have cotangents
#!   --> rule_without_floats.g:1:1
#!    |
#!  1 | fn f(x) {  # error: E0405
#!    | ^^^^^^^
#!    |
#!  7 | output d = grad(f(a)[0], a)
#!    |                 ---- in this call of f
#= 1
