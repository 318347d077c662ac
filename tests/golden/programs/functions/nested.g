# A nested function sees the locals around it.
fn outer(x) {
  k = 2 * x
  fn inner(t) = t * k
  return inner(x) + inner(k)
}
input x: f32 = 3.0
output y = outer(x)
output dy = grad(y, x)

#$ graphc run nested.g
#> y: f32 = 54.0
#> dy: f32 = 36.0

#$ graphc grad nested.g --wrt x --of y
#> # d y / d x of nested.g
#> input x: f32 = 3.0
#> k = 2 * x
#> y = x * k + k * k
#> dy_dx = 2 * (x + k + k) + k
#> output y
#> output dy_dx
