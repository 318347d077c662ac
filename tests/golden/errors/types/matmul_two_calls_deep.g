input X: f32[n, 64]
var W: f32[32, 10] = zeros([32, 10])
fn head(h, w) = h @ w  # error: E0301
fn model(h) {
  a = tanh(h)
  return head(a, W)
}
output logits = model(X)

#$ graphc check matmul_two_calls_deep.g
#! error[E0301]: shapes f32[n, 64] and f32[32, 10] don't multiply
#!   --> matmul_two_calls_deep.g:3:17
#!    |
#!  3 | fn head(h, w) = h @ w  # error: E0301
#!    |                 ^^^^^ inner sizes 64 and 32 differ
#!    |
#!  6 |   return head(a, W)
#!    |          ---------- in this call of head
#!  8 | output logits = model(X)
#!    |                 -------- in this call of model
#!    |
#!  1 | input X: f32[n, 64]
#!    |                 -- 64 comes from here
#!  2 | var W: f32[32, 10] = zeros([32, 10])
#!    |            -- 32 comes from here
#!    = hint: w must be f32[64, k]
#= 1
