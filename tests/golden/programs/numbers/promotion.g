# Between strong dtypes the smaller gives way; an integer takes the float it meets.
input a: i8 = 3
input b: u8 = 4
input c: i64 = 5
input d: f32 = 0.5
input e: f64 = 0.25
output ab = a + b
output ac = a * c
output cd = c * d
output de = d + e
output division = c / a
output floored = c // a
output mixed = a < d

#$ graphc check promotion.g
#> promotion.g: ok
#>   inputs    a: i8 = …   b: u8 = …   c: i64 = …   d: f32 = …   e: f64 = …
#>   outputs   ab: i16   ac: i64   cd: f32   de: f64   division: f32   floored: i64   mixed: bool
#>   effects   none

#$ graphc run promotion.g
#> ab: i16 = 7
#> ac: i64 = 15
#> cd: f32 = 2.5
#> de: f64 = 0.75
#> division: f32 = 1.6666666
#> floored: i64 = 1
#> mixed: bool = false
