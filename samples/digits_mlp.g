# A perceptron that reads digits:  graphc run samples/digits_mlp.g --feeds samples/data/digits.npz --steps 300
input X: f32[n, 64]      # images of 8 x 8 pixels, to learn from
input Y: i64[n]          # the digit that each shows
input Xtest: f32[m, 64]  # the same, held out
input Ytest: i64[m]
input rate: f32 = 0.2
input momentum: f32 = 0.9

# Weights start as sin(k**2), k = 0, 1, 2, …: spread like noise, and the same in every run.
fn noise(rows, columns) = reshape(f32(sin(f64(arange(rows * columns)) ** 2)), [rows, columns])

var w1: float[64, 128] = 0.25 * noise(64, 128)
var b1: float[128] = zeros([128])
var w2: float[128, 10] = 0.2 * noise(128, 10)
var b2: float[10] = zeros([10])
var m1: float[64, 128] = zeros([64, 128]), trainable=false  # running sums of the gradients
var n1: float[128] = zeros([128]), trainable=false
var m2: float[128, 10] = zeros([128, 10]), trainable=false
var n2: float[10] = zeros([10]), trainable=false

fn logits(x) = relu(x @ w1 + b1) @ w2 + b2
fn cross_entropy(z, labels) = -mean(sum(one_hot(labels, 10) * log_softmax(z, axis=-1), axis=-1))

loss = cross_entropy(logits(X), Y)
accuracy = mean(f32(argmax(logits(Xtest), axis=-1) == Ytest))
dw1, db1, dw2, db2 = grad(loss, [w1, b1, w2, b2])
output loss
output accuracy

m1 = momentum * m1 + dw1; w1 -= rate * m1
n1 = momentum * n1 + db1; b1 -= rate * n1
m2 = momentum * m2 + dw2; w2 -= rate * m2
n2 = momentum * n2 + db2; b2 -= rate * n2
