# A function that returns its parameter may have a backward of its own: a gradient reversed.
input x: f32 = 3.0
fn reversed_gradient(y) {
  return y
} vjp (g) {
  return -g
}
output y = reversed_gradient(2 * x)
output dy = grad(y ** 2, x)
output d2 = grad(grad(reversed_gradient(x) ** 3, x), x)
output fw = jvp(y, x, 1.0)

#$ graphc run identity_rule.g
#> y: f32 = 6.0
#> dy: f32 = -24.0
#> d2: f32 = 18.0
#> fw: f32 = -2.0

#$ graphc show identity_rule.g | graphc run -
#> y: f32 = 6.0
#> dy: f32 = -24.0
#> d2: f32 = 18.0
#> fw: f32 = -2.0
