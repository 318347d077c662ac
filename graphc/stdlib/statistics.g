# Statistics.

## (x - mean) / deviation along the axes; eps keeps a constant x finite.
fn standardise(x, axis=None, eps=0.0) {
  centred = x - mean(x, axis=axis, keepdims=true)
  return centred / sqrt(mean(centred ** 2, axis=axis, keepdims=true) + eps)
}

## x over its Euclidean norm along an axis; eps keeps a zero x finite.
fn normalise(x, axis=-1, eps=0.0) = x / sqrt(sum(x ** 2, axis=axis, keepdims=true) + eps)

## The covariance of paired samples, divided by their number less `correction`.
fn covariance(x, y, correction=0) = sum((x - mean(x)) * (y - mean(y))) / (sum(ones(x.shape, dtype=x.dtype)) - correction)

## Pearson's correlation of paired samples.
fn correlation(x, y) = covariance(x, y) / sqrt(covariance(x, x) * covariance(y, y))

## The mean of x with weights.
fn weighted_mean(x, weights, axis=None) = sum(x * weights, axis=axis) / sum(weights, axis=axis)

## The logarithm of the density of a normal distribution.
fn normal_logpdf(x, mu=0.0, sigma=1.0) = -0.5 * ((x - mu) / sigma) ** 2 - log(sigma) - 0.9189385332046727

## The distribution function of a normal distribution.
fn normal_cdf(x, mu=0.0, sigma=1.0) = ndtr((x - mu) / sigma)

## The mean of the logarithms' exponential: log(mean(exp(x))), without overflow.
fn logmeanexp(x, axis=None) = logsumexp(x, axis=axis) - log(sum(ones(x.shape, dtype=x.dtype), axis=axis))
