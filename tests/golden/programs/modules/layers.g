# Submodules, lists of them, and their paths; the gradient by a path; a function that is an argument.
module Dense(n, m, activation=tanh) {
  var W: f32[n, m] = 0.5 * ones([n, m])
  var b: f32[m] = zeros([m])
  var calls: i64 = 0
  fn call(x) {
    calls += 1
    return activation(x @ W + b)
  }
}
fn identity(x) = x
module Net(sizes, scale=1.0) {
  first = Dense(3, 4)
  layers = [Dense(4, 4), Dense(4, 2, activation=identity)]
  half = scale / 2
  fn features(x) = first(x)
  fn call(x) {
    h = features(x)
    h = layers[0](h)
    h = layers[1](h)
    return half * h
  }
  fn last(x) = layers[1](x)
}
input x: f32[3] = [1.0, 2.0, 3.0]
net = Net([3, 4, 2], scale=4)
output y = net(x)
loss = sum(y ** 2)
output d = grad(loss, net.first.b)
net.layers[0].b[0] = 2
net.layers.1.b -= 0.1
output b = net.layers.1.b
output z = net.layers[0](ones([4])).sum() + net.last(zeros([4])).sum() + net.layers.0.calls

#$ graphc run layers.g
#> y: f32[2] = [3.8532884, 3.8532884]
#> d: f32[4] = [0.02190081, 0.02190081, 0.02190081, 0.02190081]
#> b: f32[2] = [-0.1, -0.1]
#> z: f32 = 5.691412

#$ graphc grad layers.g --wrt net.layers.1.b --of z
#> # d z / d net.layers.1.b of layers.g
#> var net.first.W: f32[3, 4] = broadcast_to(f32(0.5), [3, 4])
#> var net.first.b: f32[4] = zeros([4], dtype=f32)
#> var net.first.calls: i64 = 0
#> var net.layers.0.W: f32[4, 4] = broadcast_to(f32(0.5), [4, 4])
#> var net.layers.0.b: f32[4] = zeros([4], dtype=f32)
#> var net.layers.0.calls: i64 = 0
#> var net.layers.1.W: f32[4, 2] = broadcast_to(f32(0.5), [4, 2])
#> var net.layers.1.b: f32[2] = zeros([2], dtype=f32)
#> var net.layers.1.calls: i64 = 0
#> b = net.layers.1.b - 0.1
#> v1 = set_strided(net.layers.0.b, 2, [0], [None], [0])
#> v2 = sum(tanh(ones([4], dtype=f32) @ net.layers.0.W + v1))
#> z = v2 + sum(zeros([4], dtype=f32) @ net.layers.1.W + b) + (net.layers.0.calls + 2)
#> dz_dnet_layers_1_b = broadcast_to(f32(1), [2])
#> output z
#> output dz_dnet_layers_1_b

#$ graphc check layers.g
#> layers.g: ok
#>   inputs    x: f32[3] = …
#>   state     net.first.W: f32[3, 4]   net.first.b: f32[4]   net.layers.0.W: f32[4, 4]   net.layers.0.b: f32[4]
#>             net.layers.1.W: f32[4, 2]   net.layers.1.b: f32[2]    trainable
#>             net.first.calls: i64   net.layers.0.calls: i64   net.layers.1.calls: i64    not trainable
#>   modules   net: Net   net.first: Dense   net.layers.0: Dense   net.layers.1: Dense
#>   outputs   y: f32[2]   d: f32[4]   b: f32[2]   z: f32
#>   effects   none
