# What follows an if that returns is its else part.
input x: f32
var calls: i64 = 0, trainable=false
fn root(t) {
  assign(calls, calls + 1)
  if t < 0 { return 0 }
  if t > 100 {
    print("large", t)
    return 10
  }
  return sqrt(t)
}
output y = root(x) + root(4 * x)
output slope = grad(y, x)
output calls

#$ graphc run early_return.g --feed x=9.0
#> y: f32 = 9.0
#> slope: f32 = 0.5
#> calls: i64 = 2

#$ graphc run early_return.g --feed x=-9.0
#> y: f32 = 0.0
#> slope: f32 = 0.0
#> calls: i64 = 2

#$ graphc run early_return.g --feed x=30.0
#> large 120.0
#> y: f32 = 15.477226
#> slope: f32 = 0.09128709
#> calls: i64 = 2

#$ graphc show early_return.g
#> input x: f32
#> var calls: i64 = 0, trainable=false
#> v1 = x < 0
#> if v1 {
#>   v2 = f32(0)
#> } else {
#>   if x > 100 {
#>     print("large", x)
#>     v3 = f32(10)
#>   } else {
#>     v3 = sqrt(x)
#>   }
#>   v2 = v3
#> }
#> v4 = 4 * x
#> v5 = v4 < 0
#> if v5 {
#>   v6 = f32(0)
#> } else {
#>   if v4 > 100 {
#>     print("large", v4)
#>     v7 = f32(10)
#>   } else {
#>     v7 = sqrt(v4)
#>   }
#>   v6 = v7
#> }
#> y = v2 + v6
#> if v5 {
#>   v8 = f32(0)
#> } else {
#>   v9: f32 = 1.0
#>   v8 = 0 if v4 > 100 else 0.5 * v9 / sqrt(v4)
#> }
#> if v1 {
#>   v10 = f32(0)
#> } else {
#>   v11: f32 = 1.0
#>   v10 = 0 if x > 100 else 0.5 * v11 / sqrt(x)
#> }
#> slope = v10 + 4 * v8
#> output y
#> output slope
#> calls = calls + 1 + 1
#> output calls
