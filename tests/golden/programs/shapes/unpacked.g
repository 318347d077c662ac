# Names take the items of a tensor along its first axis, as they take those of a list.
input m: f64[2, 3] = [[1, 2, 3], [4, 5, 6]]
pair = [1.0, 2.0]
a, b = pair
(x, y, z), w = m
fn f(v) {
  a, b, c = v
  return a * b + c
}
total = 0.0
for i, (u, v) in enumerate(m.T) { total += i * u * v }
output s = a + b
output q = x * z + sum(w)
output slope = grad(f(m[0]), m)
output mapped = map(f, m)
output total

#$ graphc run unpacked.g
#> s: f32 = 3.0
#> q: f64 = 18.0
#> slope: f64[2, 3] = [[2.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
#> mapped: f64[2] = [5.0, 26.0]
#> total: f64 = 46.0

#$ graphc run unpacked.g --eager
#> s: f32 = 3.0
#> q: f64 = 18.0
#> slope: f64[2, 3] = [[2.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
#> mapped: f64[2] = [5.0, 26.0]
#> total: f64 = 46.0

#$ graphc show unpacked.g
#> input m: f64[2, 3] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
#> pair = [1.0, 2.0]
#> a = pair[0]
#> b = pair[1]
#> v1 = m[0]
#> w = m[1]
#> x = v1[0]
#> y = v1[1]
#> z = v1[2]
#> total: f64 = 0.0
#> for i, x_1 in enumerate(m.T) {
#>   total = total + i * x_1[0] * x_1[1]
#> }
#> s_1 = a + b
#> s = f32(s_1)
#> q = x * z + sum(w)
#> v2 = m[0]
#> v3 = pad((1 * v2[1])[None], [[0, 2]]) + pad((v2[0] * 1)[None], [[1, 1]])
#> slope = pad((v3 + pad(f64(1)[None], [[2, 0]]))[None], [[0, 1], [0, 0]])
#> fn row(v) = v[0] * v[1] + v[2]
#> mapped = map(row, m)
#> output s
#> output q
#> output slope
#> output mapped
#> output total
