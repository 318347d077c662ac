# A perceptron with a hand-written backward:  graphc run samples/perceptron.g
input X: f32[2, 2] = [[-1, -1], [1, 1]]
input Y: f32[1, 2] = [[2, 3]]
var w: f32[1, 2] = [[3, 1]]
var b: f32[1, 1] = [[3]]

fn my_relu(x) {
  return where(x < 0, 0, x)
} vjp (g) {
  return where(x < 0, 0, g)
}

yhat = my_relu(X @ w.T + b)
loss = mean((yhat - Y) ** 2)      # a column minus a row: all four differences
paired = mean((yhat - Y.T) ** 2)  # a column minus a column: each sample with its own target
dw, db = grad(loss, [w, b])
dw_paired, db_paired = grad(paired, [w, b])
output loss
output dw
output db
output paired
output dw_paired
output db_paired
