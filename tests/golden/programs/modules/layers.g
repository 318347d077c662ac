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
    for layer in layers { h = layer(h) }
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
#! error[E0905]: for statements are not part of this version
#!   --> layers.g:19:5
#!    |
#! 19 |     for layer in layers { h = layer(h) }
#!    |     ^^^
#!    |
#! 26 | output y = net(x)
#!    |            ------ in this call of Net.call
#!    = hint: map(f, xs) repeats
#= 1

#$ graphc grad layers.g --wrt net.layers.1.b --of z
#! error[E0905]: for statements are not part of this version
#!   --> layers.g:19:5
#!    |
#! 19 |     for layer in layers { h = layer(h) }
#!    |     ^^^
#!    |
#! 26 | output y = net(x)
#!    |            ------ in this call of Net.call
#!    = hint: map(f, xs) repeats
#= 1

#$ graphc check layers.g
#! error[E0905]: for statements are not part of this version
#!   --> layers.g:19:5
#!    |
#! 19 |     for layer in layers { h = layer(h) }
#!    |     ^^^
#!    |
#! 26 | output y = net(x)
#!    |            ------ in this call of Net.call
#!    = hint: map(f, xs) repeats
#= 1
