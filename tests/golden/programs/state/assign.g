# assign() changes state from inside a function.
var count: i64 = 0, trainable=false
fn tick(x) {
  assign(count, count + 1)
  return x * count
}
input x: f32 = 1.0
output a = tick(x)
output b = tick(x)
output count

#$ graphc run assign.g
#> a: f32 = 1.0
#> b: f32 = 2.0
#> count: i64 = 2

#$ graphc run assign.g --steps 3
#> a: f32 = 5.0
#> b: f32 = 6.0
#> count: i64 = 6
