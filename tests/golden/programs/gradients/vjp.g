# A hand-written rule with two parameters sees them, the locals and `result`.
fn safe_product(a, b) {
  s = sign(a)
  return a * b
} vjp (g) {
  return g * b * 2, g * s + 0 * result
}
fn my_relu(x) {
  return maximum(x, 0)
} vjp (g) {
  return where(x < 0, 0, g)
}
input a: f32[3] = [-1, 0, 2]
input b: f32[3] = [1, 2, 3]
y = safe_product(a, b)
output y
da, db = grad(y, [a, b])
output da
output db
output kink = grad(my_relu(a), a)
output own = grad(maximum(a, 0), a)

#$ graphc run vjp.g
#> y: f32[3] = [-1.0, 0.0, 6.0]
#> da: f32[3] = [2.0, 4.0, 6.0]
#> db: f32[3] = [-1.0, 0.0, 1.0]
#> kink: f32[3] = [0.0, 1.0, 1.0]
#> own: f32[3] = [0.0, 0.5, 1.0]

#$ graphc show vjp.g
#> input a: f32[3] = [-1.0, 0.0, 2.0]
#> input b: f32[3] = [1.0, 2.0, 3.0]
#> s = sign(a)
#> v1 = a * b
#> fn rule(g, result, a, b, s) = g * b * 2, g * s + 0 * result
#> y = with_vjp(rule, v1, a, b, s)
#> v2 = broadcast_to(f32(1), [3])
#> da = v2 * b * 2
#> db = v2 * s + 0 * v1
#> kink = where(a < 0, 0, broadcast_to(f32(1), [3]))
#> v3 = broadcast_to(f32(1), [3])
#> own = where(a >= 0 or isnan(a), where(a == 0, 0.5 * v3, v3), 0)
#> output y
#> output da
#> output db
#> output kink
#> output own
