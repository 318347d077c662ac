input X: f32[n, 64]
var W: f32[32, 10] = zeros([32, 10])
fn head(h, w) {
  return h @ w  # error: E0301
}
output logits = head(X, W)

#$ graphc check matmul_in_a_function.g
