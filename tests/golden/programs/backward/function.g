# A function may go back through what it computes itself; calls share its trace and each is a graph of its own.
var w: f32 = 2.0
var unused: f32 = 1.0
input x: f32 = 3.0
fn step(x, rate=0.1) {
  y = w * x
  fn show(g) = print("y:", g)
  on_grad(y, show)
  loss = y ** 2
  zero_grad()
  backward(loss)
  assign(w, w - rate * w.grad)
  return loss
}
a = step(x)
b = step(x)
print(w, w.grad, unused.grad)

fn watched(x) {
  h = w * x
  on_grad(h, shown)
  retain_grad(h)
  return h
}
fn shown(g) = print("h:", g)
zero_grad()
h = watched(x)
backward(h ** 2 + watched(1.0))
print(h.grad, w.grad)

#$ graphc run function.g
#> y: 12.0
#> y: -9.6
#> 1.28 -28.800001 0.0
#> h: 1.0
#> h: 7.68
#> 7.68 24.039999
#> a: f32 = 36.0
#> b: f32 = 23.04
#> h: f32 = 3.84

#$ graphc show function.g | graphc run -
#> y: 12.0
#> y: -9.6
#> 1.28 -28.800001 0.0
#> h: 1.0
#> h: 7.68
#> 7.68 24.039999
#> a: f32 = 36.0
#> b: f32 = 23.04
#> h: f32 = 3.84
