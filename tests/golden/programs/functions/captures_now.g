# A captured name means its value at the time of the call.
input x: f32 = 1.0
k = 10
fn f(t) = t * k
output a = f(x)
k = 100
output b = f(x)

#$ graphc run captures_now.g
#> a: f32 = 10.0
#> b: f32 = 100.0
