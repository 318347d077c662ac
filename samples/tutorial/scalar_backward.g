# The derivative of a parabola at 0:  graphc grad samples/tutorial/scalar_backward.g --wrt x --run
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output y

test "the parabola falls with slope -2 at 0" {
  assert y == 1
  assert grad(y, x) == -2
}
