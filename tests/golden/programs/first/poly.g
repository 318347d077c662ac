# The first minute: a polynomial, its value, its derivatives.
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output y

#$ graphc run poly.g
#> y: f32 = 1.0

#$ graphc run poly.g --feed x=3.0
#> y: f32 = 4.0

#$ graphc run poly.g --feed 'x=[[0, 0], [1, 2]]'
#! error[E0303]: input x is declared f32, but the feed has shape [2, 2]
#!   --> poly.g:2:7
#!    |
#!  2 | input x: f32 = 0.0
#!    |       ^^^^^^ a scalar
#!    = hint: declare x: f32[n, m] (or f32[...] inside a function) to take matrices
#= 1

#$ graphc show poly.g
#> input x: f32 = 0.0
#> a = 1.0
#> b = -2.0
#> c = 1.0
#> y = a * x ** 2 + b * x + c
#> output y

#$ graphc show poly.g --core
#> input x: f32 = 0.0
#> a = 1.0                              # poly.g:3:5   a = 1.0; b = -2.0; c = 1.0
#> b = -2.0                             # poly.g:3:14
#> c = 1.0                              # poly.g:3:24
#> v1: f32 = integer_pow(x, 2)          # poly.g:4:9   y = a * x ** 2 + b * x + c
#> v2: f32 = f32(a)                     # poly.g:3:5   a = 1.0; b = -2.0; c = 1.0
#> v3: f32 = multiply(v2, v1)           # poly.g:4:5   y = a * x ** 2 + b * x + c
#> v4: f32 = f32(b)                     # poly.g:3:14   a = 1.0; b = -2.0; c = 1.0
#> v5: f32 = multiply(v4, x)            # poly.g:4:18   y = a * x ** 2 + b * x + c
#> v6: f32 = add(v3, v5)                # poly.g:4:5
#> v7: f32 = f32(c)                     # poly.g:3:24   a = 1.0; b = -2.0; c = 1.0
#> y: f32 = add(v6, v7)                 # poly.g:4:5   y = a * x ** 2 + b * x + c
#> output y

#$ graphc grad poly.g --wrt x
#> # d y / d x of poly.g
#> input x: f32 = 0.0
#> y = x ** 2 - 2 * x + 1
#> dy_dx = 2 * x - 2
#> output y
#> output dy_dx

#$ graphc grad poly.g --wrt x | graphc grad --wrt x --of dy_dx | graphc run - --fetch d2y_dx2
#> d2y_dx2: f32 = 2.0

#$ graphc grad poly.g --wrt a --run
#> y: f32 = 1.0
#> dy_da: f32 = 0.0

#$ graphc grad poly.g --wrt x --order 2 --run
#> y: f32 = 1.0
#> dy_dx: f32 = -2.0
#> d2y_dx2: f32 = 2.0

#$ graphc grad poly.g --wrt x,a,b,c --run --feed x=3
#> y: f32 = 4.0
#> dy_dx: f32 = 4.0
#> dy_da: f32 = 9.0
#> dy_db: f32 = 3.0
#> dy_dc: f32 = 1.0

#$ graphc grad poly.g --wrt z
#! error[E0408]: the program has no value z
#!    = hint: its names are x, a, b, c, y
#= 1

#$ graphc grad poly.g
#! error: --wrt says what to differentiate by
#!    = hint: --wrt x
#= 2
