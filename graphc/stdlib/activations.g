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
fn gelu(x) = 0.5 * x * erfc(-0.7071067811865476 * x)

## gelu by a hyperbolic tangent: 0.5 * x * (1 + tanh(u)), which is x * sigmoid(2 * u) without the cancellation for x < 0.
fn gelu_tanh(x) = x * sigmoid(1.5957691216057308 * (x + 0.044715 * x ** 3))

## x * sigmoid(x).
fn silu(x) = x * sigmoid(x)

## log(sigmoid(x)), without overflow.
fn log_sigmoid(x) = -softplus(-x)

## x * tanh(softplus(x)).
fn mish(x) = x * tanh(softplus(x))

## relu, cut at 6.
fn relu6(x) = clip(x, 0, 6)

## A piecewise linear sigmoid: 0 below -3, 1 above 3.
fn hard_sigmoid(x) = clip(x / 6 + 0.5, 0, 1)

## tanh, cut to its tangent: clip(x, -1, 1).
fn hard_tanh(x) = clip(x, -1, 1)

## x / (1 + abs(x)).
fn softsign(x) = x / (1 + abs(x))

## log(p / (1 - p)), the inverse of sigmoid.  Around 1/2, where it is 0 and the logarithms cancel, by 2 * p - 1, which is
## exact.
fn logit(p) = where(abs(p - 0.5) < 0.25, 2 * atanh(2 * p - 1), log(p) - log1p(-p))
