# Gradient descent with backward, a step each run.
input X: f32[3, 2] = [[1, 2], [3, 4], [5, 7]]
input Y: f32[3] = [1, 2, 3]
input rate: f32 = 0.01
var w: f32[2] = [0, 0]
var b: f32 = 0.0
zero_grad()
loss = mean((X @ w + b - Y) ** 2)
backward(loss)
dw, db = grad(loss, [w, b])
assert all(w.grad == dw) and b.grad == db
w -= rate * w.grad
b -= rate * b.grad
output loss

#$ graphc run descent.g --steps 3
#> loss: f32 = 0.05524901

#$ graphc grad descent.g --wrt w
#> # d loss / d w of descent.g
#> input X: f32[3, 2] = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
#> input Y: f32[3] = [1.0, 2.0, 3.0]
#> var w: f32[2] = [0.0, 0.0]
#> var b: f32 = 0.0
#> var w.grad: f32[2] = zeros([2], dtype=f32), trainable=false
#> var b.grad: f32 = 0.0, trainable=false
#> v1 = X @ w + b - Y
#> loss = mean(v1 ** 2)
#> dloss_dw = X.T @ (0.33333334 * (2 * v1))
#> output loss
#> output dloss_dw

#$ graphc check descent.g
#> descent.g: ok
#>   inputs    X: f32[3, 2] = …   Y: f32[3] = …   rate: f32 = …
#>   state     w: f32[2]   b: f32    trainable
#>             w.grad: f32[2]   b.grad: f32    not trainable
#>   outputs   loss: f32
#>   effects   assert
