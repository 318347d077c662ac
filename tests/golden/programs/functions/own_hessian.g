# A function of the program's own may have the name of a derivative, and give a function.
fn hessian(k) {
  fn g(x) = k * x
  return g
}
output y = hessian(2.0)(3.0)

#$ graphc run own_hessian.g
#> y: f32 = 6.0
