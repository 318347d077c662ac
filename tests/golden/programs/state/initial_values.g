# An initial value may use constants and sizes.
input X: f32[n, 2]
var w: f32[2, 2] = 0.5 * eye(2)
var seen: i64[n] = zeros([n], dtype=i64)
fn start(k) = sin(f32(arange(k)))
var v: f32[3] = start(3)
seen += 1
output y = X @ w
output seen
output v

#$ graphc run initial_values.g --feed 'X=[[1, 2], [3, 4]]'
#> y: f32[2, 2] = [[0.5, 1.0], [1.5, 2.0]]
#> seen: i64[2] = [1, 1]
#> v: f32[3] = [0.0, 0.841471, 0.9092974]
