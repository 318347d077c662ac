input x: f32
var calls: i64 = 0
fn f(v) {
  return v ** 2
} vjp (g) {
  print("b", g)  # error: E0505
  return 2 * v * g
}
fn k(v) {
  return v ** 2
} vjp (g) {
  assert g > 0, "no"  # error: E0505
  return 2 * v * g
}
output y = grad(f(x) + k(x), x)
output z = k(x)

#$ graphc check effects_of_a_rule.g
#! error[E0505]: the vjp of f has effects; nothing says when, or how often, it is computed
#!   --> effects_of_a_rule.g:6:3
#!    |
#!  6 |   print("b", g)  # error: E0505
#!    |   ^^^^^^^^^^^^^
#!    |
#! 15 | output y = grad(f(x) + k(x), x)
#!    |                 ---- in this call of f
#!    = hint: take them to where f is called, or to on_grad(y, f)
#!
#! error[E0505]: the vjp of k has effects; nothing says when, or how often, it is computed
#!   --> effects_of_a_rule.g:12:3
#!    |
#! 12 |   assert g > 0, "no"  # error: E0505
#!    |   ^^^^^^^^^^^^^^^^^^
#!    |
#! 16 | output z = k(x)
#!    |            ---- in this call of k
#!    = hint: take them to where k is called, or to on_grad(y, f)
#!
#! error: 2 errors in effects_of_a_rule.g
#= 1
