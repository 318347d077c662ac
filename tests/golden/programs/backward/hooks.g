# Hooks see the complete gradients, the last value's first; a value keeps its gradient if it is asked to.
var x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
fn show_y1(g) = print("y1 grad:", g)
fn show_y2(g) = print("y2 grad:", g)
on_grad(y1, show_y1)
on_grad(y2, show_y2)
retain_grad(loss)
backward(loss)
print("loss.grad:", loss.grad)
print("x.grad:", x.grad)

#$ graphc run hooks.g
#> y2 grad: 4.0
#> y1 grad: -4.0
#> loss.grad: 1.0
#> x.grad: 4.0
#> loss: f32 = 4.0

#$ graphc show hooks.g
#> var x: f32 = 3.0
#> var x.grad: f32 = 0.0, trainable=false
#> y1 = x + 1
#> y2 = 2 * x
#> v1 = y1 - y2
#> loss = v1 ** 2
#> dloss_dy1 = 1 * (2 * v1)
#> dloss_dy2 = -dloss_dy1
#> print("y2 grad:", dloss_dy2)
#> print("y1 grad:", dloss_dy1)
#> print("loss.grad:", f32(1))
#> output loss
#> x.grad += dloss_dy1 + 2 * dloss_dy2
#> print("x.grad:", x.grad)

#$ graphc show hooks.g | graphc show -
#> var x: f32 = 3.0
#> var x.grad: f32 = 0.0, trainable=false
#> y1 = x + 1
#> y2 = 2 * x
#> v1 = y1 - y2
#> loss = v1 ** 2
#> dloss_dy1 = 1 * (2 * v1)
#> dloss_dy2 = -dloss_dy1
#> print("y2 grad:", dloss_dy2)
#> print("y1 grad:", dloss_dy1)
#> print("loss.grad:", f32(1))
#> output loss
#> x.grad += dloss_dy1 + 2 * dloss_dy2
#> print("x.grad:", x.grad)

#$ graphc show hooks.g --stage optimised | graphc run -
#> y2 grad: 4.0
#> y1 grad: -4.0
#> loss.grad: 1.0
#> x.grad: 4.0
#> loss: f32 = 4.0
