input x: f32 = 3.0
a, b = x + 1, x - 1
a, b = b, a
s, t = grad(a * b, [a, b])
output a
output b
output s
output t

#$ graphc run tuples.g
#> a: f32 = 2.0
#> b: f32 = 4.0
#> s: f32 = 4.0
#> t: f32 = 2.0
