# A loss is there as soon as it is written:  graphc run --eager samples/tutorial/loss_at_once.g
input X: f32[4, 2] = [[-1, 0.5], [-0.5, 0.25], [0, 0], [0.5, -0.25]]
input Y: f32[4, 1] = [[0], [0.5], [1], [1.5]]
var w: f32[1, 2] = [[3, 1]]
var b: f32[1, 1] = [[3]]
yhat = X @ w.T + b
loss = mean((yhat - Y) ** 2)
print(loss)
output loss

test "by hand" {
  assert all(yhat == [[0.5], [1.75], [3], [4.25]])
  assert loss == 3.34375
}
