# The minimum of a parabola by gradient descent:  graphc run samples/tutorial/sgd.g
var x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0

fn f(x) = a * x ** 2 + b * x + c

for i in range(500) {
  zero_grad()
  backward(f(x))
  x -= 0.01 * x.grad
}
output y = f(x)
output at = x

test "after 500 steps" {
  assert y == 0
  assert abs(x - 0.999959) < 1e-7
}
