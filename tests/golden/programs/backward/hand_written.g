# The gradients of a function with a backward of its own; made_by names it.
var w: f32[1, 2] = [[3, 1]]
var b: f32[1, 1] = [[3]]
X = [[-1.0, -1.0], [1.0, 1.0]]
Y = [[2.0], [3.0]]
fn my_relu(x) {
  return maximum(x, 0)
} vjp (g) {
  return where(x < 0, 0, g)
}
yhat = my_relu(X @ w.T + b)
loss = mean((yhat - Y) ** 2) + mean((yhat - Y[::-1]) ** 2)
loss = loss / 2
backward(loss)
output w_grad = w.grad
output b_grad = b.grad
output rule = made_by(yhat)

#$ graphc run hand_written.g
#> w_grad: f32[1, 2] = [[4.5, 4.5]]
#> b_grad: f32[1, 1] = [[4.5]]
#> rule: str = "my_relu"
