# A perceptron by Adam, in batches:  graphc train samples/digits_adam.g --data samples/data/digits.npz --epochs 60
import init
import losses
input X: f32[n, 64]      # images of 8 x 8 pixels, to learn from
input Y: i64[n]          # the digit that each shows
input Xtest: f32[m, 64]  # the same, held out
input Ytest: i64[m]

module Dense(inputs, outputs) {
  var W: float[inputs, outputs] = init.he_normal([inputs, outputs])
  var b: float[outputs] = zeros([outputs])
  fn call(x) = x @ W + b
}

module Perceptron(hidden) {
  first = Dense(64, hidden)
  second = Dense(hidden, 10)
  fn call(x) = second(relu(first(x)))
}

net = Perceptron(128)
loss = losses.cross_entropy(net(X), Y)
output loss
output accuracy = mean(f32(argmax(net(Xtest), axis=-1) == Ytest))
