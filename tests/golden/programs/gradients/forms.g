input x: f64[2] = [1, 2]
f = x[0] ** 2 * x[1]
r = [x[0] * x[1], sin(x[0]), x[1] ** 3]
output gradient = grad(f, x)
output along = jvp(f, x, [1, 0])
output matrix = jacobian(r, x)
output curvature = hessian(f, x)
output product = hvp(f, x, [1.0, 2.0])
output nested = grad(grad(f, x)[0], x)
output third = grad(sum(hessian(f, x)), x)
output flat = hessian(3 * x[0], x)

#$ graphc run forms.g
#> gradient: f64[2] = [4.0, 1.0]
#> along: f64 = 4.0
#> matrix_0: f64[2] = [2.0, 1.0]
#> matrix_1: f64[2] = [0.5403023058681398, 0.0]
#> matrix_2: f64[2] = [0.0, 12.0]
#> curvature: f64[2, 2] = [[4.0, 2.0], [2.0, 0.0]]
#> product: f64[2] = [8.0, 2.0]
#> nested: f64[2] = [4.0, 2.0]
#> third: f64[2] = [4.0, 2.0]
#> flat: f64[2, 2] = [[0.0, 0.0], [0.0, 0.0]]
