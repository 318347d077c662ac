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
#! error[E0403]: loss was computed with an earlier w
#!   --> descent.g:4:8
#!    |
#!  4 | loss = mean((X @ w - Y) ** 2)
#!    |        ^^^^^^^^^^^^^^^^^^^^^^ depends on w as it was before line 5
#!  5 | w -= 0.02 * grad(loss, w)
#!    | ------------------------- assigned here
#!  3 | var w: f32[2] = [0, 0]
#!    |     --------- the w it depends on
#!    = hint: give the later value another name, or compute loss again after line 5
#= 1
