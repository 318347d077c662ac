fn stats(x) = mean(x), variance(x)
input x: f32[4] = [1, 2, 3, 6]
m, v = stats(x)
output m
output v
output dm = grad(m, x)

#$ graphc run several_results.g
#> m: f32 = 3.0
#> v: f32 = 3.5
#> dm: f32[4] = [0.25, 0.25, 0.25, 0.25]
