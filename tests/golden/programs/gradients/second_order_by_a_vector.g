# The second derivatives by several values are all blocks of the Hessian, with its shapes.
input w: f64[2]
input x: f64
loss = sum(w ** 3) * x ** 2 + w[0] * w[1]
output loss

#$ graphc grad second_order_by_a_vector.g --wrt w,x --order 2
#> # d loss / d w, d loss / d x, d2 loss / d w2, d2 loss / d w d x, d2 loss / d x d w, d2 loss / d x2 of second_order_by_a_vector.g
#> input w: f64[2]
#> input x: f64
#> v1 = sum(w ** 3)
#> v2 = x ** 2
#> v3 = w[0]
#> v4 = w[1]
#> loss = v1 * v2 + v3 * v4
#> dloss_dx = v1 * (2 * x)
#> v5 = broadcast_to(v2, [2])
#> v6 = 3 * w ** 2
#> dloss_dw = v2 * v6 + pad(v4[None], [[0, 1]]) + pad(v3[None], [[1, 0]])
#> fn row(t) {
#>   v1 = 2 * w
#>   v2 = v5 * (3 * (t * v1))
#>   return v2 + pad(t[1:], [[0, 1]]) + pad(t[:1], [[1, 0]])
#> }
#> v7 = map(row, eye(2, dtype=f64))
#> d2loss_dw2 = v7.T
#> d2loss_dw_dx = 2 * x * v6
#> d2loss_dx_dw = d2loss_dw_dx
#> d2loss_dx2 = 2 * v1
#> output loss
#> output dloss_dw
#> output dloss_dx
#> output d2loss_dw2
#> output d2loss_dw_dx
#> output d2loss_dx_dw
#> output d2loss_dx2

#$ graphc grad second_order_by_a_vector.g --wrt w,x --order 2 --run --feed 'w=[1, 2]' --feed x=1
#> loss: f64 = 11.0
#> dloss_dw: f64[2] = [5.0, 13.0]
#> dloss_dx: f64 = 18.0
#> d2loss_dw2: f64[2, 2] = [[6.0, 1.0], [1.0, 12.0]]
#> d2loss_dw_dx: f64[2] = [6.0, 24.0]
#> d2loss_dx_dw: f64[2] = [6.0, 24.0]
#> d2loss_dx2: f64 = 18.0
