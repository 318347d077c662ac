# x ** 2 is a product; x ** 0.5 a power; 2 ** -1 a float.
input x: f32 = 3.0
input k: i64 = 3
output square = x ** 2
output inverse = x ** -1
output root = x ** 0.5
output integer = k ** 2
output inverse_integer = k ** -2
output right_associative = x ** 2 ** 0
output negative = -x ** 2

#$ graphc run power.g
#> square: f32 = 9.0
#> inverse: f32 = 0.33333334
#> root: f32 = 1.7320508
#> integer: i64 = 9
#> inverse_integer: f32 = 0.11111111
#> right_associative: f32 = 3.0
#> negative: f32 = -9.0

#$ graphc grad power.g --wrt x --of square
#> # d square / d x of power.g
#> input x: f32 = 3.0
#> square = x ** 2
#> dsquare_dx = 2 * x
#> output square
#> output dsquare_dx

#$ graphc grad power.g --wrt x --of inverse
#> # d inverse / d x of power.g
#> input x: f32 = 3.0
#> inverse = x ** -1
#> dinverse_dx = -x ** -2
#> output inverse
#> output dinverse_dx

#$ graphc grad power.g --wrt x --of root
#> # d root / d x of power.g
#> input x: f32 = 3.0
#> root = x ** 0.5
#> droot_dx = 0.5 * x ** -0.5
#> output root
#> output droot_dx
