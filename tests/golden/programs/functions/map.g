fn norm2(row) = sum(row ** 2)
fn both(row, k) {
  return row * k, sum(row)
}
input X: f32[3, 2] = [[1, 2], [3, 4], [5, 6]]
input k: f32[3] = [1, 10, 100]
offset = 0.5
fn shifted(row) = row + offset
output norms = map(norm2, X)
scaled, sums = map(both, X, k)
output scaled
output sums
output moved = map(shifted, X)
output dX = grad(sum(map(norm2, X)), X)

#$ graphc run map.g
#> norms: f32[3] = [5.0, 25.0, 61.0]
#> scaled: f32[3, 2] = [[1.0, 2.0], [30.0, 40.0], [500.0, 600.0]]
#> sums: f32[3] = [3.0, 7.0, 11.0]
#> moved: f32[3, 2] = [[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]]
#> dX: f32[3, 2] = [[2.0, 4.0], [6.0, 8.0], [10.0, 12.0]]
