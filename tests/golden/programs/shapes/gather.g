input x: f32[4] = [10, 20, 30, 40]
input i: i64[3] = [3, 0, -1]
input M: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output picked = x[i]
output rows = M[[1, 1, 0]]
output pairs = M[[0, 1], [2, 0]]
output dx = grad(sum(x[i] * [1, 2, 3]), x)

#$ graphc run gather.g
#> picked: f32[3] = [40.0, 10.0, 40.0]
#> rows: f32[3, 3] = [[4.0, 5.0, 6.0], [4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]
#> pairs: f32[2] = [3.0, 4.0]
#> dx: f32[4] = [2.0, 0.0, 0.0, 4.0]

#$ graphc run gather.g --feed i=[0,1,4]
#! error[E0605]: index 4 is out of range for axis 0 of size 4
#!   --> gather.g:4:17
#!    |
#!  4 | output picked = x[i]
#!    |                 ^^^^
#!    = note: operands: x: f32[4], i: i64[3]
#= 1
