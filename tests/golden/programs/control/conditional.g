# `a if c else b` computes one of both; the other one may fail.
input x: f32
input i: i64 = 0
table: f32[3] = [1, 2, 4]
safe = table[i] if i < 3 else -1.0
output safe
output y = log(x) if x > 0 else 0
output slope = grad(y, x, unused="zero")
output curve = hessian(y, x)

#$ graphc run conditional.g --feed x=2.0 --feed i=2
#> safe: f32 = 4.0
#> y: f32 = 0.6931472
#> slope: f32 = 0.5
#> curve: f32 = -0.25

#$ graphc run conditional.g --feed x=0.0 --feed i=7
#> safe: f32 = -1.0
#> y: f32 = 0.0
#> slope: f32 = 0.0
#> curve: f32 = 0.0

#$ graphc show conditional.g --no-prune --no-fold
#> input x: f32
#> input i: i64 = 0
#> table: f32[3] = [1.0, 2.0, 4.0]
#> safe = take(table, i) if i < 3 else -1
#> v1 = x > 0
#> y = log(x) if v1 else 0
#> slope = 1 / x if v1 else 0
#> curve = -f32(1) / x * (1 / x) if v1 else 0
#> output safe
#> output y
#> output slope
#> output curve
