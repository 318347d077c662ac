input a: f32 = 2.0
input b: f32 = 3.0
y1 = a * b
y2 = a + b
output one = grad(y1, a)
output two = grad(y1, [a, b])
output summed = grad([y1, y2], [a, b])
output weighted = grad([y1, y2], a, seed=[10, 1])
output zero = grad(y1 * 0 + b, a)
output unused = grad(b ** 2, a, unused="zero")
output intermediate = grad(y1 ** 2 + y1, y1)

#$ graphc run wrt_forms.g
#> one: f32 = 3.0
#> two_0: f32 = 3.0
#> two_1: f32 = 2.0
#> summed_0: f32 = 4.0
#> summed_1: f32 = 3.0
#> weighted: f32 = 31.0
#> zero: f32 = 0.0
#> unused: f32 = 0.0
#> intermediate: f32 = 13.0
