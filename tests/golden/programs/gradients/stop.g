input x: f32 = 3.0
y = x * stop_grad(x)
output y
output dy = grad(y, x)
output d2y = grad(dy, x, unused="zero")

#$ graphc run stop.g
#> y: f32 = 9.0
#> dy: f32 = 3.0
#> d2y: f32 = 0.0

#$ graphc grad stop.g --wrt x --of y
#> # d y / d x of stop.g
#> input x: f32 = 3.0
#> dy_dx = stop_grad(x)
#> y = x * dy_dx
#> output y
#> output dy_dx
