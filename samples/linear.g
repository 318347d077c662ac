# Linear regression by gradient descent:  graphc run samples/linear.g --feeds samples/data/diabetes.npz --steps 200
input X: f32[n, 10]  # standardised measurements of n patients
input Y: f32[n]      # progression of the disease
input rate: f32 = 0.1
var w: float[10] = zeros([10])
var b: float = 0.0

residual = X @ w + b - Y
loss = mean(residual ** 2)
r2 = 1 - loss / variance(Y)  # the share of the variance that the model explains
dw, db = grad(loss, [w, b])
output loss
output r2

w -= rate * dw
b -= rate * db
