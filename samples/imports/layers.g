# What robust.g imports, and a program, too:  graphc run samples/imports/layers.g --entry huber --feed 'r=[-3, 0, 4]'
var steps: i64 = 0

module Linear(n) {
  var w: float[n] = zeros([n])
  var b: float = 0.0
  fn call(X) = X @ w + b

  ## A step of gradient descent.
  fn descend(dw, db, rate) {
    w -= rate * dw
    b -= rate * db
    assign(steps, steps + 1)
  }
}

## Quadratic near 0, linear far from it, smooth between (Charbonnier, 1994).
fn pseudo_huber(r, delta) = delta ** 2 * (sqrt(1 + (r / delta) ** 2) - 1)

export fn huber(r: f32[n], delta: f32 = 1.0) = mean(pseudo_huber(r, delta))

test "far from 0 it is linear" {
  assert abs(pseudo_huber(1e4, 1.0) - (1e4 - 1)) < 1e-2
}
