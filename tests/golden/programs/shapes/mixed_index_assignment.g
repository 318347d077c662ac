# Index tensors beside slices and integers; of a place that is there twice every update applies.
input x: f64[3, 4] = zeros([3, 4])
input i: i64[3] = [0, 2, 2]
q = x
q[0:2, i] -= 1.0
p = ones([3])
p[[1, 1]] *= 2.0
output q
output p
output dx = grad(sum(q ** 2), x)

#$ graphc run mixed_index_assignment.g
#> q: f64[3, 4] = [[-1.0, 0.0, -2.0, 0.0], [-1.0, 0.0, -2.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
#> p: f32[3] = [1.0, 4.0, 1.0]
#> dx: f64[3, 4] = [[-2.0, 0.0, -4.0, 0.0], [-2.0, 0.0, -4.0, 0.0], [0.0, 0.0, 0.0, 0.0]]

#$ graphc show mixed_index_assignment.g
#> input x: f64[3, 4] = zeros([3, 4], dtype=f32)
#> input i: i64[3] = [0, 2, 2]
#> v1 = scatter_add(x[:2], i, broadcast_to(-f64(1), [2, 3]), axis=1)
#> q = set_strided(x, v1, [0, 0], [2, None], [1, 1])
#> p_1 = ones([3], dtype=f32)
#> v2: i64[2] = [1, 1]
#> v3, v4, v5 = repeats(stack([v2], axis=1), [3])
#> v6 = 2.0
#> y = take(p_1, v2) * 2
#> for i_1 in range(v5) {
#>   y = where(v3 == i_1 + 1, take(y, v4) * v6, y)
#> }
#> p = scatter_set(p_1, v2, y)
#> v7 = broadcast_to(f64(1), [3, 4]) * (2 * q)
#> v8 = set_strided(v7, zeros([2, 4], dtype=f64), [0, 0], [2, None], [1, 1])
#> dx = pad(v7[:2], [[0, 1], [0, 0]]) + v8
#> output q
#> output p
#> output dx
