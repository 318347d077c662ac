# A variable is a leaf however it was assigned: the new value's gradient, and not what it was computed from.
var w: f32 = 1.0
var k: f32 = 2.0
w = w * k
loss = w * 3
backward(loss)
print(w.grad, k.grad)
w.grad = 0.5
w.grad *= 4
print(w.grad)

#$ graphc run assigned.g
#> 3.0 0.0
#> 2.0
#> loss: f32 = 6.0
