# Items at several index tensors are set and increased together; the gradient by x leaves out what was replaced.
input x: f32[2, 3] = [[0, 1, 2], [3, 4, 5]]
input i: i64[2] = [0, 1]
input j: i64[2] = [2, 0]
q = x
q[i, j] = 9.0
q[i, j] += 1.0
output q
output dx = grad(sum(q ** 2), x)

#$ graphc run updates_at_places.g
#> q: f32[2, 3] = [[0.0, 1.0, 10.0], [10.0, 4.0, 5.0]]
#> dx: f32[2, 3] = [[0.0, 2.0, 0.0], [0.0, 8.0, 10.0]]
