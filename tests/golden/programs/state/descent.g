input X: f32[3, 2] = [[1, 2], [3, 4], [5, 7]]
input Y: f32[3] = [5, 11, 19]
var w: f32[2] = [0, 0]
loss = mean((X @ w - Y) ** 2)
w -= 0.02 * grad(loss, w)
output loss
output w

#$ graphc run descent.g
#> loss: f32 = 169.0
#> w: f32[2] = [1.7733334, 2.4933333]

#$ graphc run descent.g --steps 100
#> loss: f32 = 0.0037391644
#> w: f32[2] = [1.2346305, 1.833052]

#$ graphc grad descent.g --wrt w
#> # d loss / d w of descent.g
#> input X: f32[3, 2] = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
#> input Y: f32[3] = [5.0, 11.0, 19.0]
#> var w: f32[2] = [0.0, 0.0]
#> v1 = X @ w - Y
#> loss = mean(v1 ** 2)
#> dloss_dw = X.T @ (0.33333334 * (2 * v1))
#> output loss
#> output dloss_dw
