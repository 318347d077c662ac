# y = (x - 1)^2 from x = 0: by hand, by an optimiser called by hand, by minimize.  After 500 steps the y of x is 0 in f32,
# and x is 0.999959; after 1,000 it is 0.99999857.  (In PyTorch and TensorFlow alike.)
import optim
fn y(x) = x ** 2 - 2 * x + 1

var a: f32 = 0.0
a -= 0.01 * (2 * a - 2)

var b: f32 = 0.0
f = optim.sgd(0.01)
b = f(b, grad(y(b), b))

var c: f32 = 0.0
minimize(y(c), with=optim.sgd(0.01))

output ya = y(a)
output yb = y(b)
output yc = y(c)
output a
output b
output c


#$ graphc run sgd_to_the_minimum.g --steps 500
#> ya: f32 = 0.0
#> yb: f32 = 0.0
#> yc: f32 = 0.0
#> a: f32 = 0.999959
#> b: f32 = 0.999959
#> c: f32 = 0.999959

#$ graphc run sgd_to_the_minimum.g --steps 1000
#> ya: f32 = 0.0
#> yb: f32 = 0.0
#> yc: f32 = 0.0
#> a: f32 = 0.99999857
#> b: f32 = 0.99999857
#> c: f32 = 0.99999857
