# A default is evaluated at each call, where the function was written.
rate = 10
fn f(x, by=rate) = x * by
fn g(x) {
  rate = 1000
  return f(x)
}
input x: f32 = 1.0
output a = f(x)
rate = 100
output b = f(x)
output c = g(x)

#$ graphc run default_is_evaluated_at_the_call.g
#> a: f32 = 10.0
#> b: f32 = 100.0
#> c: f32 = 100.0
