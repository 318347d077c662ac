fn f(a, b) {
  return a * b, sin(a), argmax([a, b])
} vjp (p, s, i) {
  return p * b + s * cos(a), p * a
}
input a: f64 = 0.5
input b: f64 = 2.0
u, v, i = f(a, b)
y = u * v
output y
output i

#$ graphc grad vjp_two_results.g --of y --wrt a,b
#> # d y / d a, d y / d b of vjp_two_results.g
#> input a: f64 = 0.5
#> input b: f64 = 2.0
#> fn rule(p, s, result, local3, a, b) = p * b + s * cos(a), p * a
#> u, v = with_vjp(rule, (a * b, sin(a)), a, b)
#> y = u * v
#> dy_da = v * b + u * cos(a)
#> dy_db = v * a
#> output y
#> output dy_da
#> output dy_db

#$ graphc grad vjp_two_results.g --of y --wrt a,b --run
#> y: f64 = 0.479425538604203
#> dy_da: f64 = 1.8364336390987788
#> dy_db: f64 = 0.2397127693021015
