# A file is a module: functions, modules, variables, names; the same file under other names is the same module.
import "layers.g" as layers
import "layers.g" as again
from "layers.g" import Dense, W as weights, affine
import "parts/scaled.g"
input x: f32[2] = [1.0, 1.0]
first = layers.Dense(2, 3)
second = Dense(3, 1)
fn twice(t) = again.affine(affine(t)) + layers.shift
output y = layers.affine(x)
output z = twice(x)
output calls = again.calls
output s = scaled.scaled(x)
scaled.reset()
output none = layers.calls
output g = grad(sum(y), weights)
layers.W[0] = 0
output w = weights
output d = second(first(x))

#$ graphc run module.g
#> layers, read once
#> y: f32[2] = [10.0, 10.0]
#> z: f32[2] = [84.0, 116.0]
#> calls: i64 = 3
#> s: f32[2] = [200.0, 200.0]
#> none: i64 = 0
#> g: f32[2, 2] = [[2.0, 2.0], [2.0, 2.0]]
#> w: f32[2, 2] = [[0.0, 0.0], [3.0, 4.0]]
#> d: f32[1] = [24.0]

#$ graphc run module.g --eager
#> layers, read once
#> y: f32[2] = [10.0, 10.0]
#> z: f32[2] = [84.0, 116.0]
#> calls: i64 = 3
#> s: f32[2] = [200.0, 200.0]
#> none: i64 = 0
#> g: f32[2, 2] = [[2.0, 2.0], [2.0, 2.0]]
#> w: f32[2, 2] = [[0.0, 0.0], [3.0, 4.0]]
#> d: f32[1] = [24.0]

#$ graphc check module.g
#> module.g: ok
#>   inputs    x: f32[2] = …
#>   state     first.W: f32[2, 3]   second.W: f32[3, 1]    trainable
#>             layers.calls: i64   layers.W: f32[2, 2]    not trainable
#>   modules   first: Dense   second: Dense
#>   outputs   y: f32[2]   z: f32[2]   calls: i64   s: f32[2]   none: i64   g: f32[2, 2]   w: f32[2, 2]   d: f32[1]
#>   effects   assert, print

#$ graphc grad module.g --wrt first.W,x --of d
#> # d d / d first.W, d d / d x of module.g
#> var layers.calls: i64 = 0
#> var layers.W: f32[2, 2] = [[1.0, 2.0], [3.0, 4.0]], trainable=false
#> input x: f32[2] = [1.0, 1.0]
#> var first.W: f32[2, 3] = ones([2, 3], dtype=f32)
#> var second.W: f32[3, 1] = ones([3, 1], dtype=f32)
#> v1 = 2 * x
#> d = 2 * (v1 @ first.W) @ second.W
#> v2 = 2 * (second.W @ [1.0])
#> dd_dfirst_W = v1[:, None] * v2[None]
#> dd_dx = 2 * (first.W @ v2)
#> output d
#> output dd_dfirst_W
#> output dd_dx

#$ graphc grad module.g --wrt layers.W --of z --run
#> z: f32[2] = [84.0, 116.0]
#> dz_dlayers_W: f32[2, 2] = [[32.0, 48.0], [32.0, 48.0]]

#$ graphc run module.g --steps 2 --fetch w,layers.W --effects
#> layers, read once
#> layers, read once
#> w: f32[2, 2] = [[0.0, 0.0], [3.0, 4.0]]
#> layers.W: f32[2, 2] = [[0.0, 0.0], [3.0, 4.0]]
