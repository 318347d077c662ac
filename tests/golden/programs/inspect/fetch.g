input x: f32
input z: f32
a = 2 * x
b = a + z
output b

#$ graphc run fetch.g --feed x=2 --fetch a
#> a: f32 = 4.0

#$ graphc run fetch.g --feed x=2
#! error[E0603]: input z has no value
#!   --> fetch.g:2:7
#!    |
#!  2 | input z: f32
#!    |       ^^^^^^ f32, without a default
#!    = hint: --feed z=1.0
#= 1

#$ graphc run fetch.g --feed a=5 --feed z=1
#> b: f32 = 6.0

#$ graphc run fetch.g --feed x=1 --feed zz=1
#! error[E0604]: there is no input zz
#!    = note: the inputs are x, z
#!
#! error[E0603]: input z has no value
#!   --> fetch.g:2:7
#!    |
#!  2 | input z: f32
#!    |       ^^^^^^ f32, without a default
#!    = hint: --feed z=1.0
#!
#! error: 2 errors in fetch.g
#= 1
