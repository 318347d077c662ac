# Losses: each a scalar, the mean over everything unless it says otherwise.

## Mean squared error.
fn mse(prediction, target) = mean((prediction - target) ** 2)

## Mean absolute error.
fn mae(prediction, target) = mean(abs(prediction - target))

## Quadratic up to delta, linear beyond (Huber, 1964).
fn huber(prediction, target, delta=1.0) {
  r = abs(prediction - target)
  return mean(where(r <= delta, 0.5 * r ** 2, delta * (r - 0.5 * delta)))
}

## The logarithm of the hyperbolic cosine of the error, without overflow, and without cancellation for a small error.
fn log_cosh(prediction, target) {
  r = prediction - target
  return mean(where(abs(r) < 1, log1p(2 * sinh(0.5 * r) ** 2), r + softplus(-2 * r) - 0.6931471805599453))
}

## Cross entropy of logits [..., classes] with integer labels [...].
fn cross_entropy(logits, labels) {
  picked = take_along_axis(log_softmax(logits, axis=-1), expand_dims(labels, -1), axis=-1)
  return -mean(picked)
}

## Cross entropy of logits with probabilities of the same shape, over the last axis.
fn soft_cross_entropy(logits, probabilities) = -mean(sum(probabilities * log_softmax(logits, axis=-1), axis=-1))

## Cross entropy of logits of 1 with targets between 0 and 1.
fn binary_cross_entropy(logits, targets) = mean(softplus(logits) - targets * logits)

## Negative log-likelihood of log-probabilities [..., classes] at integer labels [...].
fn nll(log_probabilities, labels) = -mean(take_along_axis(log_probabilities, expand_dims(labels, -1), axis=-1))

## Kullback-Leibler divergence of log_q from log_p, over the last axis; both are log-probabilities.
fn kl_divergence(log_p, log_q) = mean(sum(exp(log_p) * (log_p - log_q), axis=-1))

## Hinge loss of scores with targets -1 and 1.
fn hinge(scores, targets) = mean(relu(1 - targets * scores))

## 1 less the cosine of the angle between rows.
fn cosine(a, b, eps=1e-8) {
  scale = sqrt(sum(a ** 2, axis=-1) * sum(b ** 2, axis=-1) + eps)
  return mean(1 - sum(a * b, axis=-1) / scale)
}

## Negative log-likelihood of a normal distribution with a predicted mean and log-variance.
fn gaussian_nll(mean_, log_variance, target) = mean(0.5 * (log_variance + (target - mean_) ** 2 * exp(-log_variance)))

## Negative log-likelihood of counts under a Poisson distribution with a predicted log-rate, less what the counts alone give.
fn poisson_nll(log_rate, counts) = mean(exp(log_rate) - counts * log_rate)
