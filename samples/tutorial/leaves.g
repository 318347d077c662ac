# Only leaves keep a gradient:  graphc run samples/tutorial/leaves.g
var x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
backward(loss)
print(x.grad)  # loss.grad, y1.grad and y2.grad would be errors that say what to write
print(is_leaf(x), is_leaf(y1), is_leaf(y2), is_leaf(loss))

test "the leaf" {
  assert x.grad == 4
  assert is_leaf(x) and not is_leaf(y1) and not is_leaf(y2) and not is_leaf(loss)
  assert requires_grad(loss)
}
