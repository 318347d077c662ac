# Imported by the programs beside it; a program itself, too.
var calls: i64 = 0
var W: f32[2, 2] = [[1, 2], [3, 4]], trainable=false
scale = 2.0
shift = scale * [1.0, -1.0]
fn affine(x) {
  assign(calls, calls + 1)
  return x @ W * scale + shift
}
module Dense(n, m) {
  var W: f32[n, m] = ones([n, m])
  fn call(x) = scale * x @ W
}
assert scale > 1, "scale is large"
print("layers, read once")
export fn predict(x: f32[2]) = affine(x)
test "only by graphc test layers.g" {
  assert sum(affine([1.0, 1.0])) == 20
}

#$ graphc test layers.g
#> ok      layers.g: only by graphc test layers.g
#> 1 passed

#$ graphc run layers.g --entry predict --feed x=[1,1]
#> predict: f32[2] = [10.0, 10.0]
