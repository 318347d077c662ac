input x: f32 = 2.7
output truncated = i64(x)
output negative = i64(-x)
output flag = bool(x)
output one = f32(x > 1)
output wide = f64(x)
output exact = f64(2.7)

#$ graphc run casts.g
#> truncated: i64 = 2
#> negative: i64 = -2
#> flag: bool = true
#> one: f32 = 1.0
#> wide: f64 = 2.700000047683716
#> exact: f64 = 2.7
