input x: f32[2, 2] = [[0, 0], [1, 2]]
y = x ** 2 - 2 * x + 1
output ones = grad(y, x)
output seeded = grad(y, x, seed=[[1, 0], [0, 10]])
output summed = grad(sum(y * [[1, 0], [0, 10]]), x)

#$ graphc run seed.g
#> ones: f32[2, 2] = [[-2.0, -2.0], [0.0, 2.0]]
#> seeded: f32[2, 2] = [[-2.0, 0.0], [0.0, 20.0]]
#> summed: f32[2, 2] = [[-2.0, 0.0], [0.0, 20.0]]
