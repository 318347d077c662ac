input X: f32[n, 64]
var W: f32[32, 10] = zeros([32, 10])
fn head(h, w) {
  return h @ w  # error: E0301
}
output logits = head(X, W)

#$ graphc check matmul_in_a_function.g
#! error[E0301]: shapes f32[n, 64] and f32[32, 10] don't multiply
#!   --> matmul_in_a_function.g:4:10
#!    |
#!  4 |   return h @ w  # error: E0301
#!    |          ^^^^^ inner sizes 64 and 32 differ
#!    |
#!  6 | output logits = head(X, W)
#!    |                 ---------- in this call of head
#!    |
#!  1 | input X: f32[n, 64]
#!    |                 -- 64 comes from here
#!  2 | var W: f32[32, 10] = zeros([32, 10])
#!    |            -- 32 comes from here
#!    = hint: w must be f32[64, k]
#= 1
