# Each minimize has states of its own; wrt= chooses the variables, clip_value= bounds their gradients.
import optim
input rate: f32 = 0.5
var step: i64 = 0, trainable=false
var p: f32 = 1.0
var q: f32[2] = [3.0, -4.0]
first = p ** 2 + sum(q ** 2)
minimize(first, with=optim.sgd(rate, momentum=0.5), wrt=q, clip_value=4)
second = p ** 2 + sum(q ** 2)
minimize(second, with=optim.sgd(optim.warm_up(step, rate, 2), momentum=0.5), wrt=[p, q])
step += 1
output p
output q

#$ graphc run two_losses.g
#> p: f32 = 0.5
#> q: f32[2] = [0.5, -1.0]

#$ graphc show two_losses.g
#> input rate: f32 = 0.5
#> var step: i64 = 0, trainable=false
#> var p: f32 = 1.0
#> var q: f32[2] = [3.0, -4.0]
#> var opt.q.m: f32[2] = zeros([2], dtype=f32), trainable=false
#> var opt2.p.m: f32 = 0.0, trainable=false
#> var opt2.q.m: f32[2] = zeros([2], dtype=f32), trainable=false
#> first = p ** 2 + sum(q ** 2)
#> v1 = 4
#> v2 = 2
#> v3 = rate * minimum((step + 1) / v2, 1)
#> opt.q.m = 0.5 * opt.q.m + clip(broadcast_to(f32(1), [2]) * (2 * q), -v1, v1)
#> v4 = q - rate * opt.q.m
#> second = p ** 2 + sum(v4 ** 2)
#> opt2.p.m = 0.5 * opt2.p.m + 1 * (2 * p)
#> p -= v3 * opt2.p.m
#> opt2.q.m = 0.5 * opt2.q.m + broadcast_to(f32(1), [2]) * (2 * v4)
#> q = v4 - v3 * opt2.q.m
#> step += 1
#> output p
#> output q
