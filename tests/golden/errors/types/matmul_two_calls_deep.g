input X: f32[n, 64]
var W: f32[32, 10] = zeros([32, 10])
fn head(h, w) = h @ w  # error: E0301
fn model(h) {
  a = tanh(h)
  return head(a, W)
}
output logits = model(X)

#$ graphc check matmul_two_calls_deep.g
