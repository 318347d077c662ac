# The same by minimize:  graphc run samples/tutorial/minimize.g
import optim
var x: f32 = 0.0

fn f() {
  a = 1.0; b = -2.0; c = 1.0
  return a * x ** 2 + b * x + c
}

for i in range(1000) {
  minimize(f(), with=optim.sgd(0.01))
}
output y = f()
output at = x

test "after 1,000 steps" {
  assert y == 0
  assert abs(x - 0.99999857) < 1e-8
}
