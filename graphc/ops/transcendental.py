"""Roots, exponentials, logarithms, trigonometric and hyperbolic functions with their inverses.  Elementwise.

Derivatives are written so that they neither overflow nor cancel where the function itself is fine.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.op import CALL, Domain, Elementwise, Operand
from graphc.ir.types import FLOATS
from graphc.ops.cotangents import is_one
from graphc.ops.kinks import guarded, shares

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
LOG2_E = 1 / math.log(2)
LOG10_E = 1 / math.log(10)
ANYWHERE = (-10.0, 10.0)
NEAR = (-3.0, 3.0)
POSITIVE = (0.1, 10.0)
INNER = (-0.9, 0.9)


def unary(
    name: str, doc: str, evaluate: Any, vjp: Any, smooth: tuple[float, float], subgradient: str | None, ulps: int
) -> Elementwise:
    """A function of one float; `vjp(b, g, y, x)`, smooth in the interval, accurate to `ulps`."""
    return Elementwise(
        name=name,
        params=(Operand("x", FLOATS),),
        doc=doc,
        evaluate=evaluate,
        vjp=vjp,
        mask="pointwise",
        subgradient=subgradient,
        spelling=CALL,
        result=None,
        domain=Domain((smooth,)),
        keeps_zero=False,
        total=True,
        ulps=ulps,
    )


# ---------------------------------------------------------------- exponentials and logarithms

exp = unary("exp", "e to the power of `x`.", np.exp, lambda b, g, y, x: g * y, NEAR, None, 4)


def _expm1_vjp(b: Any, g: Any, y: Any, x: Any) -> Any:
    """Not g * (y + 1), which cancels for x << 0.  There exp(x) may underflow where its product with g doesn't."""
    if is_one(g):
        return b.exp(x)
    half = b.exp(0.5 * x)
    return g * half * half


expm1 = unary(
    "expm1",
    "`exp(x) - 1`, accurate near 0.",
    np.expm1,
    _expm1_vjp,
    NEAR,
    None,
    8,
)

log = unary(
    "log",
    "Natural logarithm; -inf at 0, NaN below.",
    np.log,
    lambda b, g, y, x: g / x,
    POSITIVE,
    "inf at 0",
    8,
)

log1p = unary(
    "log1p",
    "`log(1 + x)`, accurate near 0; -inf at -1, NaN below.",
    np.log1p,
    lambda b, g, y, x: g / (1 + x),
    (-0.9, 10.0),
    "inf at -1",
    8,
)

log2 = unary(
    "log2",
    "Logarithm to base 2.",
    np.log2,
    lambda b, g, y, x: LOG2_E * g / x,
    POSITIVE,
    "inf at 0",
    8,
)

log10 = unary(
    "log10",
    "Logarithm to base 10.",
    np.log10,
    lambda b, g, y, x: LOG10_E * g / x,
    POSITIVE,
    "inf at 0",
    8,
)

# ---------------------------------------------------------------- roots


def _rsqrt(x: Numbers) -> Numbers:
    return np.reciprocal(np.sqrt(x))


sqrt = unary(
    "sqrt",
    "Square root; NaN of negative numbers.",
    np.sqrt,
    lambda b, g, y, x: 0.5 * g / y,
    POSITIVE,
    "inf at 0",
    8,
)

rsqrt = unary(
    "rsqrt",
    "`1 / sqrt(x)`.",
    _rsqrt,
    lambda b, g, y, x: -0.5 * (g * y) / x,  # y**3 would overflow before its product with g
    POSITIVE,
    "-inf at 0",
    8,
)

cbrt = unary(
    "cbrt",
    "Cube root, also of negative numbers.",
    np.cbrt,
    lambda b, g, y, x: g / (3 * y) / y,  # 6 * y * (1 / y**4) would be inf * 0 at infinity
    POSITIVE,
    "inf at 0",
    8,
)

# ---------------------------------------------------------------- trigonometric

sin = unary("sin", "Sine, of radians.", np.sin, lambda b, g, y, x: g * b.cos(x), ANYWHERE, None, 4)

cos = unary("cos", "Cosine, of radians.", np.cos, lambda b, g, y, x: g * -b.sin(x), ANYWHERE, None, 4)

tan = unary("tan", "Tangent, of radians.", np.tan, lambda b, g, y, x: g * (1 + y**2), (-1.3, 1.3), None, 4)


def _semicircle(x: Numbers) -> Numbers:
    """1 - x and 1 + x don't cancel near the ends, 1 - x**2 does."""
    return np.asarray(np.sqrt((1 - x) * (1 + x)))


semicircle = unary(
    "semicircle",
    """`sqrt(1 - x ** 2)`, accurate near -1 and 1; NaN outside [-1, 1].

    It has an op of its own for its derivative `-x / semicircle(x)`, in which nothing cancels.""",
    _semicircle,
    lambda b, g, y, x: -g * x / y,
    INNER,
    "inf at -1, -inf at 1",
    8,
)

asin = unary(
    "asin",
    "Inverse sine, from -pi/2 to pi/2; NaN outside [-1, 1].",
    np.arcsin,
    lambda b, g, y, x: g / b.semicircle(x),
    INNER,
    "inf at -1 and 1",
    8,
)

acos = unary(
    "acos",
    "Inverse cosine, from 0 to pi; NaN outside [-1, 1].",
    np.arccos,
    lambda b, g, y, x: -g / b.semicircle(x),
    INNER,
    "-inf at -1 and 1",
    8,
)


def _atan_vjp(b: Any, g: Any, y: Any, x: Any) -> Any:
    """g / (1 + x**2): the derivatives of that are of its kind, and none of their parts leaves the range."""
    return b.inversion(1, x, g)


atan = unary(
    "atan",
    "Inverse tangent, from -pi/2 to pi/2.",
    np.arctan,
    _atan_vjp,
    ANYWHERE,
    None,
    8,
)

# ---------------------------------------------------------------- hyperbolic

sinh = unary("sinh", "Hyperbolic sine.", np.sinh, lambda b, g, y, x: g * b.cosh(x), NEAR, None, 4)

cosh = unary("cosh", "Hyperbolic cosine.", np.cosh, lambda b, g, y, x: g * b.sinh(x), NEAR, None, 4)

tanh = unary(
    "tanh",
    "Hyperbolic tangent.",
    np.tanh,
    lambda b, g, y, x: b.sech2(x, g),  # 1 - y**2 cancels, cosh(x)**2 overflows
    NEAR,
    None,
    8,
)

asinh = unary(
    "asinh",
    "Inverse hyperbolic sine.",
    np.arcsinh,
    lambda b, g, y, x: g / b.hypot(x, 1),  # x**2 + 1 overflows
    ANYWHERE,
    None,
    8,
)

acosh = unary(
    "acosh",
    "Inverse hyperbolic cosine; NaN below 1.",
    np.arccosh,
    lambda b, g, y, x: g / b.sqrt(x - 1) / b.sqrt(x + 1),  # x**2 - 1 overflows, and cancels near 1
    (1.1, 10.0),
    "inf at 1",
    8,
)


def _atanh_vjp(b: Any, g: Any, y: Any, x: Any) -> Any:
    """Over 1 - x**2; the derivative of (1 - x) * (1 + x) would cancel near 0."""
    root = b.semicircle(x)
    return g / root / root


atanh = unary(
    "atanh",
    "Inverse hyperbolic tangent; NaN outside [-1, 1].",
    np.arctanh,
    _atanh_vjp,
    INNER,
    "inf at -1 and 1",
    8,
)

# ---------------------------------------------------------------- of two numbers


def _hypot_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    """x / z and y / z, at most 1; where both are 0 all unit vectors are subgradients and 0 is their mean.

    A cotangent with a factor z, as that of z**2, loses it: the product is smooth there.
    """
    smooth = shares(b, g, z, (x, y))
    if smooth is not None:
        return tuple(smooth)
    g = guarded(b, g, z)
    return b.direction(x, y, g), b.direction(y, x, g)


atan2 = Elementwise(
    name="atan2",
    params=(Operand("y", FLOATS), Operand("x", FLOATS)),
    doc="Angle of the point (x, y) from the x axis, from -pi to pi; the ordinate comes first.",
    evaluate=np.arctan2,
    vjp=lambda b, g, z, y, x: (b.inversion(x, y, g), -b.inversion(y, x, g)),
    mask="pointwise",
    subgradient="0 at the origin; across the negative x axis, where it jumps, that of both sides",
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, POSITIVE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

hypot = Elementwise(
    name="hypot",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="`sqrt(x ** 2 + y ** 2)` without overflow.",
    evaluate=np.hypot,
    vjp=_hypot_vjp,
    mask="pointwise",
    subgradient="0 at the origin; its square has the derivatives of `x ** 2 + y ** 2`",
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE, POSITIVE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

RECORDS = (
    exp,
    expm1,
    log,
    log1p,
    log2,
    log10,
    sqrt,
    rsqrt,
    cbrt,
    sin,
    cos,
    tan,
    semicircle,
    asin,
    acos,
    atan,
    sinh,
    cosh,
    tanh,
    asinh,
    acosh,
    atanh,
    atan2,
    hypot,
)
