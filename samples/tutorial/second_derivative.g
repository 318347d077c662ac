# A derivative of a derivative:  graphc run samples/tutorial/second_derivative.g
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
dy_dx = grad(y, x)
d2y_dx2 = grad(dy_dx, x)
output dy_dx
output d2y_dx2

test "a parabola bends the same everywhere" {
  assert dy_dx == -2
  assert d2y_dx2 == 2
  assert hessian(y, x) == 2
}
