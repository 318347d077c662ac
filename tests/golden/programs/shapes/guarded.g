# What a branch or a loop that isn't entered would do with sizes that it doesn't fit is no error.
input x: f32[n]
input pairs: bool = false
fn last(v) {
  if n > 2 { return v[2] }
  return sum(v)
}
output first = x[0] if n > 0 else 0.0
output share = 6 // n if n != 0 else 1
output sized = sum(zeros([6 // n]) + 1) if n != 0 else 0
output in_order = n < 2 or x[0] < x[1]
total = 0.0
for i in range(n) { total += x[0] }
for v in x { total += v * x[0] }
fn scaled(v) = v * x[0]
output all = map(scaled, x)
output total
if pairs {
  for i in range(2) { total += sum(reshape(x, [n // 2, 2])) }
}
output plus = total
output slope = grad(last(x), x)
output curvature = hessian(last(x) ** 2, x)

#$ graphc run guarded.g --feed x=[]
#> first: f32 = 0.0
#> share: i64 = 1
#> sized: f32 = 0.0
#> in_order: bool = true
#> all: f32[0] = []
#> total: f32 = 0.0
#> plus: f32 = 0.0
#> slope: f32[0] = []
#> curvature: f32[0, 0] = []

#$ graphc run guarded.g --feed x=[] --eager
#> first: f32 = 0.0
#> share: i64 = 1
#> sized: f32 = 0.0
#> in_order: bool = true
#> all: f32[0] = []
#> total: f32 = 0.0
#> plus: f32 = 0.0
#> slope: f32[0] = []
#> curvature: f32[0, 0] = []

#$ graphc run guarded.g --feed x=[3] --passes= --verify-each
#> first: f32 = 3.0
#> share: i64 = 6
#> sized: f32 = 6.0
#> in_order: bool = true
#> all: f32[1] = [9.0]
#> total: f32 = 12.0
#> plus: f32 = 12.0
#> slope: f32[1] = [1.0]
#> curvature: f32[1, 1] = [[2.0]]

#$ graphc run guarded.g --feed x=[1,2,3] --verify-each
#> first: f32 = 1.0
#> share: i64 = 2
#> sized: f32 = 2.0
#> in_order: bool = true
#> all: f32[3] = [1.0, 2.0, 3.0]
#> total: f32 = 9.0
#> plus: f32 = 9.0
#> slope: f32[3] = [0.0, 0.0, 1.0]
#> curvature: f32[3, 3] = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]

#$ graphc run guarded.g --feed x=[1,2,3] --feed pairs=true
#! error[E0602]: [3] can't be reshaped to [1, 2]
#!   --> guarded.g:19:36
#!    |
#! 19 |   for i in range(2) { total += sum(reshape(x, [n // 2, 2])) }
#!    |                                    ^^^^^^^^^^^^^^^^^^^^^^^ 3 elements, but 2 are asked for
#!    = note: with n = 3
#!    = hint: reshape(x, [1, 3])
#= 1

#$ graphc run guarded.g --feed x=[1,2,3] --feed pairs=true --eager --fetch plus
#! error[E0602]: [3] can't be reshaped to [1, 2]
#!   --> guarded.g:19:36
#!    |
#! 19 |   for i in range(2) { total += sum(reshape(x, [n // 2, 2])) }
#!    |                                    ^^^^^^^^^^^^^^^^^^^^^^^ 3 elements, but 2 are asked for
#!    = note: with n = 3
#!    = hint: reshape(x, [1, 3])
#= 1
