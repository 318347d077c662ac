# The tour of the language:  graphc run samples/tour.g --feed 'X=[[1, 2, 3], [4, 5, 6]]' --feed 'Y=[1, 2]'
input X: f32[n, 3]  # a placeholder; n is a symbolic dimension, shared by name
input Y: f32[n]
input rate: f32 = 0.01           # a default makes the feed optional
var w: f32[3] = [0.1, 0.2, 0.3]  # state: survives from run to run, trainable by default
var b: f32 = 0.0
var step: i64 = 0, trainable=false

fn mse(p, q) = mean((p - q) ** 2)  # generic over dtype and shape, specialised per signature

fn huber(r, delta=1.0) {
  small = abs(r) <= delta
  return where(small, 0.5 * r ** 2, delta * (abs(r) - 0.5 * delta))
}

fn my_relu(x) {  # a function with a hand-written backward
  return maximum(x, 0)
} vjp (g) {  # sees the parameters, the locals above, and `result`
  return where(x < 0, 0, g)
}

yhat = X @ w + b
loss = mse(yhat, Y)
dw, db = grad(loss, [w, b])          # a gradient is an expression
output loss                          # what a run returns
output curvature = hessian(loss, w)  # any order

w -= rate * dw  # assignment to a `var` changes the state
b -= rate * db
step += 1
print("step", step, "loss", loss)  # effects keep program order
assert isfinite(loss), "diverged"
