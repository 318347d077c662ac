# Neural networks: layers as functions of their weights, and modules that have some.

## A layer of n inputs and m outputs, net(x) = x @ net.W + net.b: W is uniform, of variance 2 / (n + m) (Glorot and
## Bengio, 2010), b zeros.
module Dense(n, m) {
  var W: float[n, m] = uniform([n, m], -sqrt(6 / (n + m)), sqrt(6 / (n + m)))
  var b: float[m] = zeros([m])
  fn call(x) = x @ W + b
}

## x @ w + b.
fn linear(x, w, b=0.0) = x @ w + b

## Rows brought to mean 0 and variance 1 over the last axis, then scaled and shifted (Ba, Kiros and Hinton, 2016).
fn layer_norm(x, scale=1.0, shift=0.0, eps=1e-5) = standardise(x, axis=-1, eps=eps) * scale + shift

## Rows scaled to a mean square of 1 over the last axis (Zhang and Sennrich, 2019).
fn rms_norm(x, scale=1.0, eps=1e-6) {
  return divide_no_nan(x, padded(root_mean_square(x, axis=-1, keepdims=true), eps)) * scale
}

## Features brought to mean 0 and variance 1 over the batch, the leading axis (Ioffe and Szegedy, 2015).
fn batch_norm(x, scale=1.0, shift=0.0, eps=1e-5) = standardise(x, axis=0, eps=eps) * scale + shift

## Scaled dot-product attention of q [..., t, d], k [..., s, d] and v [..., s, e].  `bias` is added to the scores; where
## `mask` is false, where `bias` is -inf and, if `causal`, where the position in k is later than that in q, a position
## may not look.  One that may look nowhere gives 0.
fn attention(q, k, v, bias=0.0, mask=None, causal=false) {
  scores = q @ k.T / sqrt(q.shape[-1]) + bias
  if mask != None { scores = where(mask, scores, -inf) }
  if causal { scores = where(tril(ones([q.shape[-2], k.shape[-2]], dtype=bool)), scores, -inf) }
  return softmax(scores, axis=-1) @ v
}

## 0 at and below the diagonal of [t, t], -inf above it: a position looks at itself and what came before.
fn causal_bias(t, dtype=float) = where(tril(ones([t, t], dtype=dtype)) > 0, 0, -inf)

## Rows of a table [entries, d] at integer indices.
fn embedding(table, indices) = take(table, indices, axis=0)

## x with elements replaced by 0 with probability p and the others divided by 1 - p; x itself unless training
## (Srivastava et al., 2014).
fn dropout(x, p=0.5, training=true) = where(bernoulli(1 - p, x.shape), x / (1 - p), 0) if training else x
