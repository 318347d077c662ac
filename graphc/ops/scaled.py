"""Functions times a factor, whose product stays in the range where the functions don't.  Elementwise.

They are what derivatives of other functions are made of: `scale * sech(x) ** 2` at `scale = 1e30`, `x = 50` is a number
in f32, and sech(50) ** 2 is not.  Each has derivatives within this file's functions and `tanh`, of which none cancels:
the second derivative of `tanh` near 0 is as accurate as the first.  Where the function is 0 at infinity, so is the
product, also with an infinite factor: `gate(-inf, -inf)`, which is `silu(-inf)`, is 0.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.op import CALL, Attribute, Domain, Elementwise, Operand
from graphc.ir.types import FLOATS
from graphc.ops.cotangents import is_one

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
ANYWHERE = (-10.0, 10.0)
NEAR = (-3.0, 3.0)
POSITIVE = (0.1, 10.0)
INV_SQRT_2PI = 1 / math.sqrt(2 * math.pi)
SCALE = Operand("scale", FLOATS, default=1)


def _in_f64(evaluate: Any, of_f32: Any = None) -> Any:
    """In f64 also for f32, rounded once; `of_f32` where f64 has room for every product of f32 numbers."""
    of_f32 = of_f32 or evaluate

    def narrowed(*given: Any) -> Numbers:
        dtype = given[0].dtype
        single = dtype.itemsize == 4
        if given[0].size > _BLOCK or given[1].size > _BLOCK or given[-1].size > _BLOCK:
            return _by_blocks(of_f32 if single else evaluate, given, dtype)
        if single:
            return np.asarray(of_f32(*[a.astype(_WIDE) for a in given]).astype(dtype))
        return np.asarray(evaluate(*given))

    return narrowed


_WIDE = np.dtype(np.float64)
_BLOCK = 1 << 13  # elements of f64 that the nearest caches hold with their intermediates


def _by_blocks(function: Any, given: tuple[Any, ...], dtype: np.dtype[Any]) -> Numbers:
    """The same of large operands, of which a block at a time is widened, computed and rounded."""
    flags: list[Any] = [*[["readonly"]] * len(given), ["writeonly", "allocate"]]
    blocks = np.nditer(
        [*given, None],
        ["external_loop", "buffered", "zerosize_ok"],
        flags,
        op_dtypes=[_WIDE] * len(given) + [dtype],
        casting="same_kind",
        buffersize=_BLOCK,
    )
    with blocks:
        for *operands, result in blocks:
            result[...] = function(*operands)
        return np.asarray(blocks.operands[-1])


def _all_finite(x: Numbers) -> bool:
    """Said quickly, and not of very large numbers: their squares overflow."""
    return math.isfinite(np.vdot(x, x))


def _vanishing(product: Numbers, root: Numbers, factor: Numbers) -> Numbers:
    """0, of the sign of the factor, where the square root of the function is 0: also if the factor is infinite."""
    infinite = np.isinf(factor)
    return np.where((root == 0) & infinite, np.copysign(0.0, factor), product) if infinite.any() else product


# ---------------------------------------------------------------- bells


def _sech2(x: Numbers, scale: Numbers) -> Numbers:
    """Divided twice by cosh(x): where that overflows, no factor in the range lifts the result into it."""
    cosh = np.cosh(x)
    product = scale / cosh / cosh
    return product if _all_finite(product) else _vanishing(product, 1 / cosh, scale)


sech2 = Elementwise(
    name="sech2",
    params=(Operand("x", FLOATS), SCALE),
    doc="""`scale / cosh(x) ** 2`, the square of the hyperbolic secant; the derivative of `tanh`.

    It has an op of its own for accuracy in the tails.""",
    evaluate=_in_f64(_sech2),
    vjp=lambda b, g, z, x, scale: (g * (-2 * z * b.tanh(x)), b.sech2(x, g)),
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((NEAR, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

_SPLIT = 134217729.0  # 2**27 + 1


def _square(x: Numbers) -> tuple[Numbers, Numbers]:
    """x * x as a rounded product and its error (Dekker, 1971)."""
    high = x * x
    t = _SPLIT * x
    upper = t - (t - x)
    lower = x - upper
    return high, ((upper * upper - high) + 2 * upper * lower) + lower * lower


def _near(x: Numbers, rate: float) -> Numbers:
    """x, but for |x| > 60 / sqrt(rate), from where on the function is 0, a number."""
    limit = 60.0 / math.sqrt(rate)
    return np.minimum(np.maximum(x, -limit), limit)


def _times_power(product: Numbers, x: Numbers, power: int) -> Numbers:
    for _ in range(power):
        product = product * x
    return product


def _gaussian(x: Numbers, scale: Numbers, rate: float, power: int = 0) -> Numbers:
    """By halves, of which the second meets a product that the first has made small.

    The rounding error of x**2 would be multiplied by x**2: it is taken into account.
    """
    near = _near(x, rate)
    square, error = _square(near)
    half = np.exp(-0.5 * rate * square)
    product = _times_power(scale * (half * (1 - rate * error)), near, power) * half
    return _vanishing(product, half, scale)


def _gaussian_of_f32(x: Numbers, scale: Numbers, rate: float, power: int = 0) -> Numbers:
    """The square of an f32 is exact in f64."""
    near = _near(x, rate)
    bell = np.exp(-rate * (near * near))
    return _vanishing(_times_power(scale * bell, near, power), bell, scale)


def _gaussian_vjp(b: Any, g: Any, z: Any, x: Any, scale: Any, rate: float, power: int) -> Any:
    """(power * x**(power - 1) - 2 * rate * x**(power + 1)) * exp(-rate * x**2)."""
    falling = -2 * rate * b.gaussian(x, scale, rate, power + 1)
    to_x = power * b.gaussian(x, scale, rate, power - 1) + falling if power else falling
    return g * to_x, b.gaussian(x, g, rate, power)


gaussian = Elementwise(
    name="gaussian",
    params=(Operand("x", FLOATS), SCALE, Attribute("rate", "float", 1.0), Attribute("power", "int", 0)),
    doc="""`scale * x ** power * exp(-rate * x ** 2)`; the derivative of `erf` and, with `rate=0.5`, of `gelu`.

    It has an op of its own for accuracy in the tails, where rounding `x ** 2` costs digits.""",
    evaluate=lambda x, scale, *attrs: _in_f64(
        lambda x, scale: _gaussian(x, scale, *attrs), lambda x, scale: _gaussian_of_f32(x, scale, *attrs)
    )(x, scale),
    vjp=_gaussian_vjp,
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((NEAR, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

# ---------------------------------------------------------------- gates


def _gate(x: Numbers, y: Numbers) -> Numbers:
    """y / (1 + exp(-x)) for x >= 0, y * exp(x) / (1 + exp(x)) below; by halves where exp(x) is subnormal."""
    tail = np.exp(-np.abs(x))
    below = y * tail
    far = x < -700.0
    if far.any():
        half = np.exp(0.5 * np.minimum(x, 0.0))
        below = _vanishing(np.where(far, y * half * half, below), half, y)
    return np.asarray(np.where(x < 0, below, y) / (1 + tail))


def _gate_of_f32(x: Numbers, y: Numbers) -> Numbers:
    tail = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, _vanishing(y * tail, tail, y), y) / (1 + tail))


def _gate_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    return g * b.sech2(0.5 * x, 0.25 * y), b.sigmoid(x) if is_one(g) else b.gate(x, g)


gate = Elementwise(
    name="gate",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="""`y * sigmoid(x)`: `silu(x)` is `gate(x, x)`.

    It has an op of its own for accuracy where `sigmoid(x)` is tiny, and `y` isn't.""",
    evaluate=_in_f64(_gate, _gate_of_f32),
    vjp=_gate_vjp,
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)


def _normal_gate(x: Numbers, y: Numbers) -> Numbers:
    """exp(-x**2 / 2) times a function that varies slowly, for x < -1: erfcx, the scaled erfc."""
    from scipy import special

    x, y = np.broadcast_arrays(x, y)
    product = np.asarray(y * special.ndtr(x))
    left = x < -1.0
    if left.any():
        x, y = x[left], y[left]
        slow = special.erfcx(-np.maximum(x, -100.0) * math.sqrt(0.5))
        product[left] = _gaussian(x, 0.5 * slow * y, 0.5)
    return product


def _normal_gate_of_f32(x: Numbers, y: Numbers) -> Numbers:
    from scipy import special

    share = special.ndtr(x)
    return _vanishing(y * share, share, y)


normal_gate = Elementwise(
    name="normal_gate",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="""`y` times the distribution function of the normal at `x`: `gelu(x)` is `normal_gate(x, x)`.

    It has an op of its own for accuracy where the distribution function is tiny, and `y` isn't.""",
    evaluate=_in_f64(_normal_gate, _normal_gate_of_f32),
    vjp=lambda b, g, z, x, y: (g * b.gaussian(x, INV_SQRT_2PI * y, 0.5, 0), b.normal_gate(x, g)),
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((NEAR, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

# ---------------------------------------------------------------- points of the plane


def _point(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """x and y over 2**exponent, the larger of them between 1/2 and 1, and the exponent; of an infinity the limit."""
    infinite = np.isinf(x), np.isinf(y)
    far = infinite[0] | infinite[1]
    if far.any():
        x, y = (np.where(far, np.copysign(1.0 * i, v), v) for v, i in zip((x, y), infinite, strict=True))
    exponent = np.frexp(np.maximum(np.abs(x), np.abs(y)))[1]
    return np.ldexp(x, -exponent), np.ldexp(y, -exponent), exponent


def _direction(x: Numbers, y: Numbers, scale: Numbers) -> Numbers:
    a, c, _ = _point(x, y)
    distance = np.hypot(a, c)
    factor, shift = np.frexp(scale)
    return np.asarray(np.ldexp(factor * (a / np.where(distance == 0, 1.0, distance)), shift))


direction = Elementwise(
    name="direction",
    params=(Operand("x", FLOATS), Operand("y", FLOATS), SCALE),
    doc="""`scale * x / hypot(x, y)`, the derivative of `hypot`: the cosine of the angle of the point (x, y).

    It has an op of its own for its own derivative, `y ** 2 / hypot(x, y) ** 3`, in which nothing cancels.""",
    evaluate=_in_f64(_direction),
    vjp=lambda b, g, z, x, y, scale: (
        b.direction(y, x, b.inversion(y, x, g * scale)),
        -b.inversion(y, x, g * z),
        b.direction(x, y, g),
    ),
    mask="pointwise",
    subgradient="it and its derivatives are 0 at the origin; at two infinities the limit on the diagonal",
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE, POSITIVE, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)


def _reflected(a: Numbers, c: Numbers, power: int, imaginary: bool) -> Numbers:
    """The real or imaginary part of (a - i c) ** power; of the first two powers without cancellation."""
    real, other = (a, -c) if power == 1 else ((a - c) * (a + c), -2 * a * c)
    for _ in range(power - 2):
        real, other = real * a + other * c, other * a - real * c
    return other if imaginary else real


def _inversion(x: Numbers, y: Numbers, scale: Numbers, power: int, imaginary: bool) -> Numbers:
    """(x - i y) ** power / (x ** 2 + y ** 2) ** power; of points whose powers leave the range, on the unit circle."""
    size = np.maximum(np.abs(x), np.abs(y))
    if power <= 2 and size.size and size.min() > _SMALL and size.max() < _LARGE:
        return np.asarray(scale * (_reflected(x, y, power, imaginary) / (x * x + y * y) ** power))
    a, c, exponent = _point(x, y)
    square = a * a + c * c
    factor, shift = np.frexp(scale)
    part = _reflected(a, c, power, imaginary) / np.where(square == 0, 1.0, square) ** power
    inverse = np.ldexp(factor * part, shift - power * exponent)
    limit = np.copysign(0.0, part * factor)
    return np.asarray(np.where(np.isinf(x) | np.isinf(y), limit, inverse))


_SMALL, _LARGE = 2.0**-200, 2.0**200


def _inversion_vjp(b: Any, g: Any, z: Any, x: Any, y: Any, scale: Any, power: int, imaginary: bool) -> Any:
    """The derivative of z ** -power is -power * z ** -(power + 1), times i by y."""
    real, other = (b.inversion(x, y, g * scale, power + 1, part) for part in (False, True))
    own, across = (other, -power * real) if imaginary else (real, power * other)
    return -power * own, across, b.inversion(x, y, g, power, imaginary)


inversion = Elementwise(
    name="inversion",
    params=(
        Operand("x", FLOATS),
        Operand("y", FLOATS),
        SCALE,
        Attribute("power", "int", 1),
        Attribute("imaginary", "bool", False),
    ),
    doc="""`scale` times the real part of `1 / (x + i * y) ** power`, or the imaginary part.

    `x / (x ** 2 + y ** 2)` is the derivative of `atan2`.  It has an op of its own because the squares leave the range
    where the quotient doesn't, and its derivatives are of its kind: in none of them something cancels.""",
    evaluate=lambda x, y, scale, *attrs: _in_f64(lambda x, y, scale: _inversion(x, y, scale, *attrs))(x, y, scale),
    vjp=_inversion_vjp,
    mask="pointwise",
    subgradient="it and its derivatives are 0 at the origin",
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE, POSITIVE, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

RECORDS = (sech2, gaussian, gate, normal_gate, direction, inversion)
