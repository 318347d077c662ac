input X: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output a = X.sum(axis=1)
output b = X.T.reshape([6]).max()
output c = zeros([2], dtype=X.dtype)

#$ graphc run methods.g
#> a: f32[2] = [6.0, 15.0]
#> b: f32 = 6.0
#> c: f32[2] = [0.0, 0.0]
