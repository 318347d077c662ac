# Literals are weak: they take the dtype of what they meet.
input x: f64 = 3.0
input y: f32 = 3.0
input k: i8 = 3
third = 1 / 3
output a = third * x
output b = third * y
output c = 2 * k
output d = 2.5 * k
output e = f64(0.1)
output f = f64(0.1) + f32(0.1)
output g = third

#$ graphc check weak.g
#> weak.g: ok
#>   inputs    x: f64 = …   y: f32 = …   k: i8 = …
#>   outputs   a: f64   b: f32   c: i8   d: f32   e: f64   f: f64   g: f32
#>   effects   none

#$ graphc run weak.g
#> a: f64 = 1.0
#> b: f32 = 1.0
#> c: i8 = 6
#> d: f32 = 7.5
#> e: f64 = 0.1
#> f: f64 = 0.20000000149011612
#> g: f32 = 0.33333334

#$ graphc run weak.g --float f64
#> a: f64 = 1.0
#> b: f32 = 1.0
#> c: i8 = 6
#> d: f64 = 7.5
#> e: f64 = 0.1
#> f: f64 = 0.20000000149011612
#> g: f64 = 0.3333333333333333
