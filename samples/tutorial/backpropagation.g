# Back-propagation step by step:  graphc grad samples/tutorial/backpropagation.g --wrt x --walk
var x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
output loss

test "each step by hand" {
  dloss, dy1, dy2, dx = grad(loss, [loss, y1, y2, x])
  assert dloss == 1
  assert dy2 == 4
  assert dy1 == -4
  assert dx == 2 * dy2 + dy1
}
