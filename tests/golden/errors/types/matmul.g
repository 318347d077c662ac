input X: f32[n, 3]
var W: f32[4, 2] = zeros([4, 2])
output yhat = X @ W  # error: E0301

#$ graphc check matmul.g
