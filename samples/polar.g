# Two results, one hand-written derivative:  graphc run samples/polar.g

fn polar(x, y) {
  return hypot(x, y), atan2(y, x)
} vjp (gr, gt) {  # of r and of t; None for a result that isn't a float
  r, t = result
  return gr * cos(t) - gt * sin(t) / r, gr * sin(t) + gt * cos(t) / r
}

input x: f64 = 3.0
input y: f64 = 4.0

r, t = polar(x, y)
area = r ** 2 * t / 2  # of the sector between the x axis and the point
output area
output slope = grad(area, [x, y])
output curvature = hessian(t, [x, y])

test "a quarter turn" {
  r, t = polar(0.0, 2.0)
  assert r == 2
  assert abs(t - pi / 2) < 1e-6
}
