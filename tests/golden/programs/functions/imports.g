import losses
from nn import layer_norm, linear as affine
input x: f32[2, 3] = [[1, 2, 3], [4, 5, 9]]
input y: f32[2, 3] = [[1, 2, 4], [4, 5, 6]]
output l = losses.mse(x, y)
output h = losses.huber(x, y, delta=0.5)
output n = round(layer_norm(x) * 1000)
output a = affine(x, [[1, 0], [0, 1], [1, 1]])
output dl = grad(l, x)

#$ graphc run imports.g
#> l: f32 = 1.6666666
#> h: f32 = 0.29166666
#> n: f32[2, 3] = [[-1225.0, 0.0, 1225.0], [-926.0, -463.0, 1389.0]]
#> a: f32[2, 2] = [[4.0, 5.0], [13.0, 14.0]]
#> dl: f32[2, 3] = [[0.0, 0.0, -0.33333334], [0.0, 0.0, 1.0]]
