# The derivative by a variable, no tape needed:  graphc run samples/tutorial/gradient_of_variable.g
var x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output dy_dx = grad(y, x)

test "the slope at 0" {
  assert dy_dx == -2
}
