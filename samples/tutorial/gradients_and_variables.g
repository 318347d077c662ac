# The gradients to the optimiser, the variables from it:  graphc run samples/tutorial/gradients_and_variables.g
import optim
var x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
step = optim.sgd(0.01)

for i in range(1000) {
  y = a * x ** 2 + b * x + c
  dy_dx = grad(y, x)
  x = step(x, dy_dx)
}
output y = a * x ** 2 + b * x + c
output at = x

test "after 1,000 steps" {
  assert y == 0
  assert abs(x - 0.99999857) < 1e-8
}
