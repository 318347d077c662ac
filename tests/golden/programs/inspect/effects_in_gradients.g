var w: f32 = 1.0
input x: f32 = 2.0
loss = (w * x - 1) ** 2
print("loss", loss)
assert isfinite(loss), "diverged"
w -= 0.1 * grad(loss, w)
output loss

#$ graphc grad effects_in_gradients.g --wrt w
#> # d loss / d w of effects_in_gradients.g
#> var w: f32 = 1.0
#> input x: f32 = 2.0
#> v1 = w * x - 1
#> loss = v1 ** 2
#> dloss_dw = 2 * v1 * x
#> output loss
#> output dloss_dw

#$ graphc grad effects_in_gradients.g --wrt w --effects
#> # d loss / d w of effects_in_gradients.g
#> var w: f32 = 1.0
#> input x: f32 = 2.0
#> v1 = w * x - 1
#> loss = v1 ** 2
#> print("loss", loss)
#> assert isfinite(loss), "diverged"
#> dloss_dw = 2 * v1 * x
#> output loss
#> output dloss_dw
#> w -= 0.1 * dloss_dw

#$ graphc grad effects_in_gradients.g --wrt w --run --effects
#> loss 1.0
#> loss: f32 = 1.0
#> dloss_dw: f32 = 4.0
