# A function with a backward of its own:  graphc run samples/tutorial/custom_backward.g
var w: f32[1, 2] = [[3, 1]]
var b: f32[1, 1] = [[3]]
X = [[-1.0, -1.0], [1.0, 1.0]]
Y = [[2.0, 3.0]]

fn my_relu(x) {
  return maximum(x, 0)
} vjp (g) {
  return where(x < 0, 0, g)
}

yhat = my_relu(X @ w.T + b)
loss = mean((yhat - Y) ** 2)  # [2, 1] and [1, 2] broadcast, which graphc warns of
backward(loss)
output w_grad = w.grad
output b_grad = b.grad
output rule = made_by(yhat)

test "every figure is 4.5" {
  assert loss == 13.5
  assert all(w.grad == 4.5)
  assert all(b.grad == 4.5)
  assert made_by(yhat) == "my_relu"
}
