# Losses: each a scalar, the mean over everything unless it says otherwise.

## p * v, and 0 where p is 0 and v infinite: what the term of an entropy tends to.
fn weighted(p, v) = p * where(p == 0 and isinf(v), 0, v)

## Mean squared error.
fn mse(prediction, target) = mean((prediction - target) ** 2)

## Mean absolute error.
fn mae(prediction, target) = mean(abs(prediction - target))

## Quadratic up to delta, linear beyond (Huber, 1964).
fn huber(prediction, target, delta=1.0) {
  r = prediction - target
  return mean(where(abs(r) <= delta, 0.5 * r ** 2, delta * (abs(r) - 0.5 * delta)))
}

## The logarithm of the hyperbolic cosine of the error, without overflow, and without cancellation for a small error.
fn log_cosh(prediction, target) {
  r = prediction - target
  far = abs(r)
  return mean(where(far < 1, log1p(2 * sinh(0.5 * r) ** 2), far + softplus(-2 * far) - 0.6931471805599453))
}

## Cross entropy of logits [..., classes] with integer labels [...], from 0; a label that is no class is an error.
fn cross_entropy(logits, labels) = -mean(at_label(log_softmax(logits, axis=-1), labels))

## Cross entropy of logits with probabilities of the same shape, over the last axis.  A probability of 0 adds nothing,
## whatever its logit.
fn soft_cross_entropy(logits, probabilities) {
  return -mean(sum(weighted(probabilities, log_softmax(logits, axis=-1)), axis=-1))
}

## Cross entropy of logits of 1 with targets between 0 and 1.  An infinite logit of the right sign costs nothing.
fn binary_cross_entropy(logits, targets) {
  cost = softplus(logits) - targets * logits
  surely = weighted(where(logits > 0, 1 - targets, targets), abs(logits))
  return mean(valued(cost, stop_grad(where(isinf(logits), surely, cost))))
}

## `value`, which is `cost` where that isn't inf - inf, with the derivative of `cost`, which needs no such care.
fn valued(cost, value) {
  return value
} vjp (g) {
  return g, 0
}

## Negative log-likelihood of log-probabilities [..., classes] at integer labels [...], from 0.
fn nll(log_probabilities, labels) = -mean(at_label(log_probabilities, labels))

## Kullback-Leibler divergence of log_q from log_p, over the last axis; both are log-probabilities.  What has
## probability 0 under p adds nothing.
fn kl_divergence(log_p, log_q) {
  return mean(sum(weighted(exp(log_p), where(log_p == -inf, 0, log_p - log_q)), axis=-1))
}

## Hinge loss of scores with targets -1 and 1.
fn hinge(scores, targets) = mean(relu(1 - targets * scores))

## 1 less the cosine of the angle between rows: half the squared distance of their unit vectors, so that a small angle
## keeps its digits.  1 if one of them is 0.
fn cosine(a, b) {
  p = norm(a, axis=-1, keepdims=true)
  q = norm(b, axis=-1, keepdims=true)
  apart = sum((divide_no_nan(a, p) - divide_no_nan(b, q)) ** 2, axis=-1, keepdims=true)
  return mean(where(p == 0 or q == 0, 1, 0.5 * apart))
}

## Negative log-likelihood of a normal distribution with a predicted mean and log-variance.
fn gaussian_nll(mean_, log_variance, target) = mean(0.5 * (log_variance + ((target - mean_) * exp(-0.5 * log_variance)) ** 2))

## Negative log-likelihood of counts under a Poisson distribution with a predicted log-rate, less what the counts alone give.
fn poisson_nll(log_rate, counts) = mean(exp(log_rate) - weighted(counts, log_rate))
