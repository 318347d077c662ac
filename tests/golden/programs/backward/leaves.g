# What was made by an operation, what a backward reaches, and what made a value: known before the program runs.
var x: f32 = 3.0
var steps: i64 = 0
input t: f32 = 1.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
print(is_leaf(x), is_leaf(y1), is_leaf(y2), is_leaf(loss))
print(is_leaf(t), is_leaf(2 * t), is_leaf(4.0))
print(requires_grad(x), requires_grad(loss), requires_grad(t), requires_grad(2 * t), requires_grad(steps))
print(requires_grad(stop_grad(loss)), requires_grad(floor(x)), requires_grad([t, y1]))
print(made_by(x), made_by(t), made_by(y1), made_by(y2), made_by(loss), made_by(4.0), made_by(steps))
x -= 0.5
print(is_leaf(x), made_by(x), requires_grad(loss))
fn f(k) {
  h = x * 2
  print(is_leaf(x), is_leaf(h), requires_grad(h * k), made_by(h))
  return h
}
print(made_by(f(t)))

#$ graphc run leaves.g
#> true false false false
#> true false true
#> true true false false false
#> false false true
#> variable input add multiply integer_pow constant variable
#> true variable true
#> true false true multiply
#> multiply
#> loss: f32 = 4.0

#$ graphc show leaves.g | graphc run -
#> true false false false
#> true false true
#> true true false false false
#> false false true
#> variable input add multiply integer_pow constant variable
#> true variable true
#> true false true multiply
#> multiply
#> loss: f32 = 4.0
