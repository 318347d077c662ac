fn scale(x, k) {
  return x * k
} vjp (g) {
  return g * k, None
}
input x: f32 = 3.0
input k: f32 = 2.0
output dx = grad(scale(x, k), x)
output dk = grad(scale(x, k), k)

#$ graphc run vjp_none.g
#> dx: f32 = 2.0
#> dk: f32 = 0.0
