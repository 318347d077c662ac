# A second backward needs the graph kept; gradients add up until they are cleared.
var x: f32 = 3.0
loss = (x + 1 - 2 * x) ** 2
backward(loss, retain_graph=true)
print(x.grad)
backward(loss)
print(x.grad)
zero_grad()
loss = (x + 1 - 2 * x) ** 2
backward(loss)
print(x.grad)

#$ graphc run twice.g
#> 4.0
#> 8.0
#> 4.0
#> loss: f32 = 4.0

#$ graphc run twice.g --steps 2
#> 4.0
#> 8.0
#> 4.0
#> 8.0
#> 12.0
#> 4.0
#> loss: f32 = 4.0
