# A hook sees zeros where a branch was left out, not what infinities made of them; several uses are summed before.
var x: f32[3] = [0.0, 4.0, -1.0]
r = sqrt(x)
y = where(x > 0, r, 0)
z = where(x > 1, 2 * r, y)
fn show(g) = print(g)
on_grad(r, show)
on_grad(x, show)
backward(sum(z + y))
print(x.grad)

#$ graphc run masked.g
#> [0.0, 3.0, 0.0]
#> [0.0, 0.75, 0.0]
#> [0.0, 0.75, 0.0]
#> z: f32[3] = [0.0, 4.0, 0.0]
