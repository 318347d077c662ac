# Two paths from x to loss: the adjoints add up.
input x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
output loss
output d = grad(loss, [y1, y2])[0]

#$ graphc run chain.g
#> loss: f32 = 4.0
#> d: f32 = -4.0

#$ graphc grad chain.g --wrt y1,y2 --run
#> loss: f32 = 4.0
#> dloss_dy1: f32 = -4.0
#> dloss_dy2: f32 = 4.0

#$ graphc grad chain.g --wrt x --run
#> loss: f32 = 4.0
#> dloss_dx: f32 = 4.0
