# The second derivative by a vector is that of the sum of the first; the Hessian has all of it.
input w: f64[2]
input x: f64
loss = sum(w ** 3) * x ** 2 + w[0] * w[1]
output loss

#$ graphc grad second_order_by_a_vector.g --wrt w,x --order 2
#> # d loss / d w, d loss / d x, d2 loss / d w2, d2 loss / d x2 of second_order_by_a_vector.g
#> # d2loss_dw2 sums the rows of the Hessian; hessian(loss, w) has all of it
#> input w: f64[2]
#> input x: f64
#> v1 = sum(w ** 3)
#> v2 = x ** 2
#> v3 = w[0]
#> v4 = w[1]
#> loss = v1 * v2 + v3 * v4
#> dloss_dx = v1 * (2 * x)
#> dloss_dw = v2 * (3 * w ** 2) + pad(v4[None], [[0, 1]]) + pad(v3[None], [[1, 0]])
#> d2loss_dw2 = 1 + 3 * broadcast_to(v2, [2]) * (2 * w)
#> d2loss_dx2 = 2 * v1
#> output loss
#> output dloss_dw
#> output dloss_dx
#> output d2loss_dw2
#> output d2loss_dx2

#$ graphc grad second_order_by_a_vector.g --wrt w,x --order 2 --run --feed 'w=[1, 2]' --feed x=1
#> loss: f64 = 11.0
#> dloss_dw: f64[2] = [5.0, 13.0]
#> dloss_dx: f64 = 18.0
#> d2loss_dw2: f64[2] = [7.0, 13.0]
#> d2loss_dx2: f64 = 18.0
#! note: d2loss_dw2 sums the rows of the Hessian; hessian(loss, w) has all of it
