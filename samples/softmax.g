# Softmax regression on the digits:  graphc run samples/softmax.g --feeds samples/data/digits.npz --steps 200
input X: f32[n, 64]      # images of 8 x 8 pixels
input Y: i64[n]          # the digit that each shows
input Xtest: f32[m, 64]  # the same, held out
input Ytest: i64[m]
input rate: f32 = 0.5
var W: float[64, 10] = zeros([64, 10])
var b: float[10] = zeros([10])

fn logits(x) = x @ W + b
fn cross_entropy(z, labels) = -mean(sum(one_hot(labels, 10) * log_softmax(z, axis=-1), axis=-1))

loss = cross_entropy(logits(X), Y)
accuracy = mean(f32(argmax(logits(Xtest), axis=-1) == Ytest))
dW, db = grad(loss, [W, b])
output loss
output accuracy

W -= rate * dW
b -= rate * db
