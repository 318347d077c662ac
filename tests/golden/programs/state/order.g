# Prints and asserts keep program order; a print shows what a variable is at that moment.
var w: f32 = 1.0
input x: f32 = 2.0
print("first", w)
w *= x
print("then", w, "x =", x)
assert w > 0, "w is positive"
fn noisy(t) {
  print("inside", t)
  return t + 1
}
output y = noisy(noisy(w))

#$ graphc run order.g
#> first 1.0
#> then 2.0 x = 2.0
#> inside 2.0
#> inside 3.0
#> y: f32 = 4.0

#$ graphc run order.g --steps 2
#> first 1.0
#> then 2.0 x = 2.0
#> inside 2.0
#> inside 3.0
#> first 2.0
#> then 4.0 x = 2.0
#> inside 4.0
#> inside 5.0
#> y: f32 = 6.0

#$ graphc run order.g --fetch y
#> y: f32 = 4.0

#$ graphc run order.g --feed x=-1
#> first 1.0
#> then -1.0 x = -1.0
#! error[E0601]: w is positive
#!   --> order.g:7:1
#!    |
#!  7 | assert w > 0, "w is positive"
#!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = note: operand: w *= x: f32 = -1.0
#= 1
