# A derivative of a derivative:  graphc run samples/tutorial/second_derivative.g
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
slope = grad(y, x)
bend = grad(slope, x)
output slope
output bend

test "a parabola bends the same everywhere" {
  assert slope == -2
  assert bend == 2
  assert hessian(y, x) == 2
}
