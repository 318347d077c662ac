# Statistics.

## How many elements of x go into each one of `reduced`, a reduction of x.
fn elements_per(x, reduced) = x.dtype(prod(x.shape)) / x.dtype(prod(reduced.shape))

## The square root of the mean of the squares, without overflow or underflow on the way.
fn root_mean_square(x, axis=None, keepdims=false) {
  length = norm(x, axis=axis, keepdims=keepdims)
  return length / sqrt(elements_per(x, length))
}

## The root of r ** 2 + eps.
fn padded(r, eps) = r if eps == 0 else hypot(r, sqrt(eps))

## (x - mean) / deviation along the axes, and 0 where all are equal; eps is added to the variance.
fn standardise(x, axis=None, eps=0.0) {
  centred = centre(x, axis=axis)
  return divide_no_nan(centred, padded(root_mean_square(centred, axis=axis, keepdims=true), eps))
}

## x over its Euclidean norm along an axis, and 0 where that is 0; eps is added to the square of the norm.
fn normalise(x, axis=-1, eps=0.0) = divide_no_nan(x, padded(norm(x, axis=axis, keepdims=true), eps))

## The covariance of paired samples, divided by their number less `correction`.
fn covariance(x, y, correction=0) {
  total = sum(centre(x) * centre(y))
  return total / (elements_per(x, total) - correction)
}

## Pearson's correlation of paired samples: the product of the standardised ones.  0 if all of x or of y are equal.
fn correlation(x, y) = sum(normalise(centre(x), axis=None) * normalise(centre(y), axis=None))

## The mean of x with weights.
fn weighted_mean(x, weights, axis=None) = sum(x * (weights / sum(weights, axis=axis, keepdims=true)), axis=axis)

## The logarithm of the density of a normal distribution.
fn normal_logpdf(x, mu=0.0, sigma=1.0) = -0.5 * ((x - mu) / sigma) ** 2 - log(sigma) - 0.9189385332046727

## The distribution function of a normal distribution.
fn normal_cdf(x, mu=0.0, sigma=1.0) = ndtr((x - mu) / sigma)

## The mean of the logarithms' exponential: log(mean(exp(x))), without overflow, and without a difference where it is
## near 0.
fn logmeanexp(x, axis=None) {
  total = logsumexp(x, axis=axis)
  rough = total - log(elements_per(x, total))
  shift = stop_grad(logsumexp(x, axis=axis, keepdims=true) - log(elements_per(x, total)))
  near = stop_grad(rough) + log1p(mean(expm1(x - shift), axis=axis))
  return where(isfinite(rough), near, rough)
}

## x * log(y), and 0 where x is 0, also of an infinite logarithm.  There its derivative by x is 0 by convention.
fn xlogy(x, y) = x * log(where(x == 0 and (y <= 0 or y == inf), 1, y))

## x * log(1 + y), accurate for small y, and 0 where x is 0 as in xlogy.
fn xlog1py(x, y) = x * log1p(where(x == 0 and (y <= -1 or y == inf), 0, y))

## The entropy -sum(p * log(p)) of probabilities along an axis, in nats; a probability of 0 adds nothing.
fn entropy(p, axis=-1) = 0 - sum(xlogy(p, p), axis=axis)  # not -0 of a single 1
