# A second backward needs the graph kept:  graphc run samples/tutorial/graph_used_up.g
var x: f32 = 3.0
loss = (x + 1 - 2 * x) ** 2
backward(loss, retain_graph=true)  # without it, the next backward is an error with both lines
backward(loss)
output twice = x.grad  # gradients add up …
zero_grad()            # … until they are cleared

test "4 and 4 again" {
  assert twice == 8
  assert x.grad == 0
}
