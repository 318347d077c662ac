# `?` is a size without a name.
input a: f32[?, 2]
input b: f32[?]
output c = sum(a) + sum(b)
output rows = a.shape[0]

#$ graphc check fresh.g
#> fresh.g: ok
#>   inputs    a: f32[d1, 2]   b: f32[d2]
#>   outputs   c: f32   rows: i64
#>   effects   none

#$ graphc run fresh.g --feed 'a=[[1, 2]]' --feed b=[1,2,3]
#> c: f32 = 9.0
#> rows: i64 = 1
