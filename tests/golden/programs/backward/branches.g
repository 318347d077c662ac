# One of two branches goes back; each may use the graph, since only one does.
input c: bool = true
var x: f32 = 3.0
loss = x ** 2
if c {
  backward(loss)
} else {
  h = 3 * loss
  fn show(g) = print("h:", g)
  on_grad(h, show)
  retain_grad(h)
  backward(h + h)
  print("kept:", h.grad)
}
print(x.grad)
if x.grad > 10 { zero_grad() } else { x -= 0.1 * x.grad }
print(x, x.grad)

#$ graphc run branches.g
#> 6.0
#> 2.4 6.0

#$ graphc run branches.g --feed c=false
#> h: 2.0
#> kept: 2.0
#> 36.0
#> 3.0 0.0

#$ graphc show branches.g | graphc run - --feed c=false
#> h: 2.0
#> kept: 2.0
#> 36.0
#> 3.0 0.0
#> loss: f32 = 9.0
