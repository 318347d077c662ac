# Where the body needs a number, each number makes its own trace.
fn along(X, axis) = sum(X, axis=axis)
fn power(x, n) = x ** n
input X: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output rows = along(X, 0)
output columns = along(X, 1)
output squares = power(X, 2)
output cubes = power(X, 3)

#$ graphc run numbers_looked_at.g
#> rows: f32[3] = [5.0, 7.0, 9.0]
#> columns: f32[2] = [6.0, 15.0]
#> squares: f32[2, 3] = [[1.0, 4.0, 9.0], [16.0, 25.0, 36.0]]
#> cubes: f32[2, 3] = [[1.0, 8.0, 27.0], [64.0, 125.0, 216.0]]
