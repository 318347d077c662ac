# The first line says what happened; the rest shows both places.
input X: f32[n, 64]
var W: f32[32, 10] = zeros([32, 10])
fn head(h, w) {
  return h @ w  # error: E0301
}
rate = 0.1
logits = head(X, W)
var v: f32 = 1.0
loss = v ** 2
g = grad(loss, v)
v -= rate * g
g2 = grad(loss, v)  # error: E0403
output loss

#$ graphc check layers_two_places.g
#! error[E0301]: shapes f32[n, 64] and f32[32, 10] don't multiply
#!   --> layers_two_places.g:5:10
#!    |
#!  5 |   return h @ w  # error: E0301
#!    |          ^^^^^ inner sizes 64 and 32 differ
#!    |
#!  8 | logits = head(X, W)
#!    |          ---------- in this call of head
#!    |
#!  2 | input X: f32[n, 64]
#!    |                 -- 64 comes from here
#!  3 | var W: f32[32, 10] = zeros([32, 10])
#!    |            -- 32 comes from here
#!    = hint: w must be f32[64, k]
#!
#! error[E0403]: loss was computed with an earlier v
#!   --> layers_two_places.g:13:11
#!    |
#! 13 | g2 = grad(loss, v)  # error: E0403
#!    |           ^^^^ depends on v as it was before line 12
#! 12 | v -= rate * g
#!    | - assigned here
#!    = hint: take the gradient before line 12, or compute loss again after it
#!
#! error: 2 errors in layers_two_places.g
#= 1
