# Initial values of weights: `var W: f32[784, 10] = init.glorot_uniform([784, 10])`.
#
# Weights of `x @ W` have shape [..., inputs, outputs]; for other layouts, such as the kernels [out, in, k, k] of a
# convolution, say the number of inputs (`fan=in * k * k`).  Variances are those of the papers named.

## Uniform, of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).  `fans`: inputs + outputs, if not by the shape.
fn glorot_uniform(shape, fans=0, dtype=float) {
  bound = sqrt(6 / (fans if fans > 0 else shape[-2] + shape[-1]))
  return uniform(shape, -bound, bound, dtype=dtype)
}

## Normal, of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).
fn glorot_normal(shape, fans=0, dtype=float) {
  std = sqrt(2 / (fans if fans > 0 else shape[-2] + shape[-1]))
  return normal(shape, std=std, dtype=dtype)
}

## glorot_uniform, by its author's first name.
fn xavier_uniform(shape, fans=0, dtype=float) = glorot_uniform(shape, fans, dtype)

## glorot_normal, by its author's first name.
fn xavier_normal(shape, fans=0, dtype=float) = glorot_normal(shape, fans, dtype)

## Uniform, of variance 2 / inputs, before relu (He, Zhang, Ren and Sun, 2015).  `fan`: inputs, if not by the shape.
fn he_uniform(shape, fan=0, dtype=float) {
  bound = sqrt(6 / (fan if fan > 0 else shape[-2]))
  return uniform(shape, -bound, bound, dtype=dtype)
}

## Normal, of variance 2 / inputs, before relu (He, Zhang, Ren and Sun, 2015).
fn he_normal(shape, fan=0, dtype=float) = normal(shape, std=sqrt(2 / (fan if fan > 0 else shape[-2])), dtype=dtype)

## he_uniform, by its author's first name.
fn kaiming_uniform(shape, fan=0, dtype=float) = he_uniform(shape, fan, dtype)

## he_normal, by its author's first name.
fn kaiming_normal(shape, fan=0, dtype=float) = he_normal(shape, fan, dtype)

## Uniform, of variance 1 / inputs (LeCun, Bottou, Orr and Müller, 1998).
fn lecun_uniform(shape, fan=0, dtype=float) {
  bound = sqrt(3 / (fan if fan > 0 else shape[-2]))
  return uniform(shape, -bound, bound, dtype=dtype)
}

## Normal, of variance 1 / inputs (LeCun, Bottou, Orr and Müller, 1998).
fn lecun_normal(shape, fan=0, dtype=float) = normal(shape, std=sqrt(1 / (fan if fan > 0 else shape[-2])), dtype=dtype)

## Normal numbers between low and high standard deviations from the mean; the others are drawn anew, as it were.
fn truncated_normal(shape, mean=0.0, std=1.0, low=-2.0, high=2.0, dtype=float) {
  a = erf(low * 0.7071067811865476)
  b = erf(high * 0.7071067811865476)
  z = 1.4142135623730951 * erfinv(uniform(shape, a, b, dtype=dtype))
  return clip(mean + std * z, mean + std * low, mean + std * high)
}

## A matrix with orthonormal columns, or rows if it has fewer of them, times gain; all are equally likely (Saxe, 2014).
fn orthogonal(shape, gain=1.0, dtype=float) {
  tall = shape[0] >= shape[1]
  q, r = qr(normal(shape if tall else [shape[1], shape[0]], dtype=dtype))
  columns = gain * q * where(diagonal(r) < 0, -1, 1)
  return columns if tall else columns.T
}
