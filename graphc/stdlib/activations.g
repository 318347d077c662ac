# Activations, elementwise; the stable form of each.  The softmax family is primitive.

## max(x, 0).  At 0 its derivative is 0 (maximum(x, 0) has half there).
fn relu(x) = where(x <= 0, 0, x)

## relu with a slope below 0.
fn leaky_relu(x, slope=0.01) = where(x > 0, x, slope * x)

## x where positive, else alpha * (exp(x) - 1).
fn elu(x, alpha=1.0) = where(x > 0, x, alpha * expm1(x))

## The self-normalising elu (Klambauer et al., 2017).
fn selu(x) = 1.0507009873554805 * elu(x, 1.6732632423543772)

## x * Phi(x), with the distribution function of the normal (Hendrycks and Gimpel, 2016).
fn gelu(x) = normal_gate(x, x)

## gelu by a hyperbolic tangent: 0.5 * x * (1 + tanh(u)), which is x * sigmoid(2 * u) without the cancellation for x < 0.
fn gelu_tanh(x) {
  u = clip(x, -1000, 1000) # beyond, the gate is open or shut, and x ** 3 leaves the range
  return gate(1.5957691216057308 * (u + 0.044715 * u ** 3), x)
}

## x * sigmoid(x).
fn silu(x) = gate(x, x)

## log(sigmoid(x)), without overflow.
fn log_sigmoid(x) = -softplus(-x)

## x * tanh(softplus(x)), which is x * sigmoid(x + log(1 + exp(x) / 2)).
fn mish(x) = gate(x + softplus(x - 0.6931471805599453), x)

## relu, cut at 6.
fn relu6(x) = clip(x, 0, 6)

## A piecewise linear sigmoid: 0 below -3, 1 above 3.
fn hard_sigmoid(x) = clip(x / 6 + 0.5, 0, 1)

## tanh, cut to its tangent: clip(x, -1, 1).
fn hard_tanh(x) = clip(x, -1, 1)

## x / (1 + abs(x)).  Its derivative is 1 / (1 + abs(x)) ** 2, written without a difference.
fn softsign(x) {
  u = clip(x, -1e38, 1e38) # inf / inf is NaN; from here on it is -1 or 1
  return u / (1 + abs(u))
} vjp (g) {
  return g / (1 + abs(x)) / (1 + abs(x))
}

## log(p / (1 - p)), the inverse of sigmoid.  Around 1/2, where it is 0 and the logarithms cancel, by 2 * p - 1, which is
## exact.
fn logit(p) = where(abs(p - 0.5) < 0.25, 2 * atanh(2 * p - 1), log(p) - log1p(-p))
