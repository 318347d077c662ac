# x[i] = v rebinds x to an updated copy.
input a: f32[4] = [1, 2, 3, 4]
x = a
x[0] = 10
x[-1] += 0.5
x[1:3] = [7, 8]
y = a
y[a > 2] = 0
y[[0, 0]] += 1
output x
output y
output a
output dx = grad(sum(x ** 2), a)

#$ graphc run updates.g
#> x: f32[4] = [10.0, 7.0, 8.0, 4.5]
#> y: f32[4] = [3.0, 2.0, 0.0, 0.0]
#> a: f32[4] = [1.0, 2.0, 3.0, 4.0]
#> dx: f32[4] = [0.0, 0.0, 0.0, 9.0]

#$ graphc show updates.g
#> input a: f32[4] = [1.0, 2.0, 3.0, 4.0]
#> x_1 = set_strided(a, 10, [0], [None], [0])
#> x_2 = set_strided(x_1, x_1[3] + 0.5, [3], [None], [0])
#> x = set_strided(x_2, [7.0, 8.0], [1], [3], [1])
#> y_1 = where(a > 2, 0, a)
#> y = scatter_add(y_1, [0, 0], broadcast_to(f32(1), [2]))
#> v1 = set_strided(broadcast_to(f32(1), [4]) * (2 * x), zeros([2], dtype=f32), [1], [3], [1])
#> v2 = pad(v1[3][None], [[3, 0]]) + set_strided(v1, zeros([], dtype=f32), [3], [None], [0])
#> dx = set_strided(v2, zeros([], dtype=f32), [0], [None], [0])
#> output x
#> output y
#> output a
#> output dx
