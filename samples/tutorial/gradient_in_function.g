# A function with a gradient inside:  graphc run samples/tutorial/gradient_in_function.g
fn f(x) {
  a = 1.0; b = -2.0; c = 1.0
  x = f32(x)  # an integer becomes a float, which has a derivative
  y = a * x ** 2 + b * x + c
  dy_dx = grad(y, x)
  return dy_dx, y
}

output at_0 = f(0.0)
output at_1 = f(1.0)
output at_3 = f(3)  # another trace: the argument is an integer

test "slope and value" {
  slope, value = f(0.0)
  assert slope == -2 and value == 1
  slope, value = f(1.0)
  assert slope == 0 and value == 0
  slope, value = f(3)
  assert slope == 4 and value == 4
}
