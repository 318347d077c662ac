fn scaled(p, factor=2.0, shift=0) = factor * p + shift
input x: f32 = 3.0
output a = scaled(x)
output b = scaled(x, 3)
output c = scaled(x, shift=1)
output d = scaled(factor=x, p=2)

#$ graphc run defaults.g
#> a: f32 = 6.0
#> b: f32 = 9.0
#> c: f32 = 7.0
#> d: f32 = 6.0
