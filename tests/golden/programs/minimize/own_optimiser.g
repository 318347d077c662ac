# An optimiser of one's own: a state is a parameter with a default; one of each for every variable.
fn lion(lr, b1=0.9, b2=0.99) {
  fn f(w, dw, m=0.0, step: i64 = 0) {
    return w - lr * sign(b1 * m + (1 - b1) * dw), b2 * m + (1 - b2) * dw, step + 1
  }
  return f
}
input X: f32[2, 2] = [[1.0, 2.0], [3.0, 4.0]]
var net.W: f32[2] = [0.5, -0.5]
var net.b: f32 = 0.0
var net.c: f32 = 1.0, trainable=false
loss = mean((X @ net.W + net.b - net.c) ** 2)
minimize(loss, with=lion(0.125))
output loss



#$ graphc run own_optimiser.g --steps 3
#> loss: f32 = 0.25

#$ graphc run own_optimiser.g --fetch net.W,net.b,opt.net.W.m,opt.net.b.m,opt.net.b.step
#> net.W: f32[2] = [0.5, -0.5]
#> net.b: f32 = 0.0
#> opt.net.W.m: f32[2] = [0.0, 0.0]
#> opt.net.b.m: f32 = 0.0
#> opt.net.b.step: i64 = 0

#$ graphc show own_optimiser.g
#> input X: f32[2, 2] = [[1.0, 2.0], [3.0, 4.0]]
#> var net.W: f32[2] = [0.5, -0.5]
#> var net.b: f32 = 0.0
#> var net.c: f32 = 1.0, trainable=false
#> var opt.net.W.m: f32[2] = zeros([2], dtype=f32), trainable=false
#> var opt.net.W.step: i64 = 0, trainable=false
#> var opt.net.b.m: f32 = 0.0, trainable=false
#> var opt.net.b.step: i64 = 0, trainable=false
#> v1 = X @ net.W + net.b - net.c
#> loss = mean(v1 ** 2)
#> v2 = broadcast_to(f32(1) / 2, [2]) * (2 * v1)
#> dloss_dnet_b = sum(v2)
#> dloss_dnet_W = X.T @ v2
#> output loss
#> net.W -= 0.125 * sign(0.9 * opt.net.W.m + (1 - 0.9) * dloss_dnet_W)
#> opt.net.W.m = 0.99 * opt.net.W.m + (1 - 0.99) * dloss_dnet_W
#> opt.net.W.step += 1
#> net.b -= 0.125 * sign(0.9 * opt.net.b.m + (1 - 0.9) * dloss_dnet_b)
#> opt.net.b.m = 0.99 * opt.net.b.m + (1 - 0.99) * dloss_dnet_b
#> opt.net.b.step += 1
