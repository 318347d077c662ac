fn total(x: f32[..., k], y: f32[k]) = sum(x * y) / k
input X: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output a = total(X, X[0])
output b = total(X[1], [1, 1, 1])

#$ graphc run typed.g
#> a: f32 = 15.333333
#> b: f32 = 5.0
