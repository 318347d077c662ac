# Calls of one signature share a trace; -v says each new one, and what makes it new.
fn sq(p, k=2) = p ** k
input x: f32[3] = [1, 2, 3]
input y: f32 = 2.0
input z: f64[3] = [1, 2, 3]
output a = sum(sq(x) + sq(x))
output b = sq(y)
output c = sum(sq(z))
output d = sum(sq(x, 3))
output e = sq(2)
k = 5
output g = sum(sq(x, y))
output f = sum(sq(x + x))

#$ graphc show -v --stage graph shared.g
#> input x: f32[3] = [1.0, 2.0, 3.0]
#> input y: f32 = 2.0
#> input z: f64[3] = [1.0, 2.0, 3.0]
#> a = sum(x ** 2 + x ** 2)
#> b = y ** 2
#> c = sum(z ** 2)
#> d = sum(x ** 3)
#> e = i64(2 ** 2)
#> k = 5
#> g = sum(x ** y)
#> f = sum((x + x) ** 2)
#> output a
#> output b
#> output c
#> output d
#> output e
#> output g
#> output f
#! trace    sq(p: f32[3], k: int = 2)
#! trace    sq(p: f32, k: int = 2); the shape of p was [3]
#! trace    sq(p: f64[3], k: int = 2); the dtype of p was f32
#! trace    sq(p: f32[3], k: int = 3); k was 2
#! trace    sq(p: int = 2, k: int = 2); p was f32, not weak
#! trace    sq(p: f32[3], k: f32); k was weak (int)
