# A captured name of another type makes another trace; another value of the same type does not.
fn scaled(p) = k * p
input x: f32[2] = [1, 2]
k = x
output a = scaled(x)
k = 2 * x
output b = scaled(x)
k = f64(x)
output c = scaled(x)
fn of_text(p, how) = p if how == "as it is" else -p
output d = of_text(x, "as it is")
output e = of_text(x, "negative")
fn of_dtype(p, dtype) = zeros([2], dtype) + p
output f = of_dtype(1, i32)
output g = of_dtype(1, i64)
fn pair(ps) = ps[0] + ps[1]
output h = pair([x, x])
output i = pair([x, 1])

#$ graphc show -v --stage graph captured.g
#> input x: f32[2] = [1.0, 2.0]
#> d = x
#> a = x * x
#> k_1 = 2 * x
#> b = k_1 * x
#> k = f64(x)
#> c = k * x
#> e = -x
#> v1 = 1
#> f = zeros([2], dtype=i32) + i32(v1)
#> v2 = 1
#> g = zeros([2], dtype=i64) + v2
#> h = x + x
#> v3 = 1
#> i = x + v3
#> output a
#> output b
#> output c
#> output d
#> output e
#> output f
#> output g
#> output h
#> output i
#! trace    scaled(p: f32[2])
#! trace    scaled(p: f32[2]); k, from outside, was f32[2]
#! trace    of_text(p: f32[2], how: str = "as it is")
#! trace    of_text(p: f32[2], how: str = "negative"); how was "as it is"
#! trace    of_dtype(p: int, dtype = i32)
#! trace    of_dtype(p: int, dtype = i64); dtype was i32
#! trace    pair(ps: [f32[2], f32[2]])
#! trace    pair(ps: [f32[2], int]); ps was [f32[2], f32[2]]
