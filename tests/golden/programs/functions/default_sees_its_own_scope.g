rate = 10
fn f(x, by=rate) = x * by
input x: f32 = 1.0
rate = 100
output y = f(x)
output z = f(x, rate)

#$ graphc run default_sees_its_own_scope.g
#> y: f32 = 100.0
#> z: f32 = 100.0
