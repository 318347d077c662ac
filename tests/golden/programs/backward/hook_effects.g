# Hooks may count, check and assign; all of it in the order of the program.
var x: f32 = 3.0
var calls: i64 = 0, trainable=false
var largest: f32 = 0.0, trainable=false
fn watch(g) {
  assign(calls, calls + 1)
  assign(largest, maximum(largest, abs(g)))
  assert isfinite(g), "a gradient is not finite"
  print("call", calls, g)
}
h = x
for_all = [x * 1, x * 2]
a, b = for_all
on_grad(a, watch)
on_grad(b, watch)
print("before")
backward(a * b, retain_graph=true)
print("between")
backward(a * b)
print("after", calls, largest, x.grad)

#$ graphc run hook_effects.g
#> before
#> call 1 3.0
#> call 2 6.0
#> between
#> call 3 3.0
#> call 4 6.0
#> after 4 6.0 24.0
#> h: f32 = 3.0
#> a: f32 = 3.0
#> b: f32 = 6.0
