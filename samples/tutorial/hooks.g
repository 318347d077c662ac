# Watching the gradients of values that keep none:  graphc run samples/tutorial/hooks.g
var x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2

fn show_y1(g) {
  print("y1 grad:", g)
}

fn show_y2(g) {
  print("y2 grad:", g)
}

on_grad(y1, show_y1)
on_grad(y2, show_y2)
retain_grad(loss)
backward(loss)
print("loss.grad:", loss.grad)
print("x.grad:", x.grad)

test "kept" {
  assert loss.grad == 1
  assert x.grad == 4
}
