input x: f32[3] = [-1, 0, 2]
output r = relu(x)
output s = softmax(x)
output ds = grad(softmax(x)[0], x)
output dr = grad(relu(x), x)

#$ graphc run prelude.g
#> r: f32[3] = [0.0, 0.0, 2.0]
#> s: f32[3] = [0.042010065, 0.1141952, 0.8437947]
#> ds: f32[3] = [0.04024522, -0.004797348, -0.03544787]
#> dr: f32[3] = [0.0, 0.0, 1.0]
