"""Powers, elementwise: with an exponent that is written, and with one that is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.literal import shortened
from graphc.ir.op import (
    REQUIRED,
    Attribute,
    Domain,
    Elementwise,
    EvaluationError,
    Inferred,
    Infix,
    Masked,
    Note,
    Operand,
    TypeRuleError,
)
from graphc.ir.types import FLOATS, NUMBERS
from graphc.ops.cotangents import is_one

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
ANYWHERE = (-10.0, 10.0)
POSITIVE = (0.1, 10.0)
EXACT_IN_F32 = 2**24
EXACT_IN_F64 = 2**53


def _power_of_integers(x: Numbers, exponent: int) -> Numbers:
    """By squaring: modulo 2**bits, for every width of integer and exponent."""
    result, square = np.ones_like(x), x
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        if exponent:
            square = square * square
    return result


def _integer_pow(x: Numbers, exponent: int) -> Numbers:
    """Within an ulp or two; NumPy's `power` where the roundings of repeated multiplication would add up."""
    x = np.asarray(x)
    if x.dtype.kind != "f" and exponent >= 0:
        return _power_of_integers(x, exponent)
    match exponent:
        case 0:
            return np.ones_like(x)
        case 1:
            return x
        case -1:
            return np.reciprocal(x)
        case 2:
            return np.square(x)
        case 3:
            return np.square(x) * x
        case 4:
            return np.square(np.square(x))
    if abs(exponent) > EXACT_IN_F32:  # rounding the exponent would lose whether it is odd
        return np.power(x.astype(np.float64), float(exponent)).astype(x.dtype)
    result: Numbers = np.power(x, x.dtype.type(exponent))
    return result


def _integer_pow_vjp(b: Any, g: Any, y: Any, x: Any, exponent: int) -> Any:
    """k * x**(k-1): no logarithm, and no power of 0 or 1 for the next derivative to trip over.

    For k < 0 it may leave the range where its product with g doesn't, which g * y * k / x stays in.
    """
    match exponent:
        case 0:
            return None
        case 1:
            return g
        case 2:
            return g * (2 * x)
    if exponent < 0 and not is_one(g):
        return g * y * exponent / x
    return g * (exponent * x ** (exponent - 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class IntegerPower(Elementwise):
    """An elementwise op whose attribute is an exponent; a negative one needs floats."""

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        (x,), (exponent,) = types, attrs
        if exponent < 0 and x.dtype not in FLOATS:
            note = Note(0, f"these are integers ({x.dtype})")
            raise TypeRuleError("E0309", "an integer to a negative power is no integer", (note,), "float({0})")
        if x.dtype in FLOATS and abs(exponent) > EXACT_IN_F64:
            raise TypeRuleError(
                "E0309", f"the exponent {shortened(exponent)} is no f64; the largest is 2**53", (), None
            )
        return Inferred((x,), attrs)


integer_pow = IntegerPower(
    name="integer_pow",
    params=(Operand("x", NUMBERS), Attribute("exponent", "int", REQUIRED)),
    doc="""`x ** k` with a whole number `k`, its `exponent`, that is written out.

    `x ** 0` is 1, also of 0 and NaN.  Integers wrap around.  Its derivative `k * x ** (k - 1)` uses no logarithm.""",
    evaluate=_integer_pow,
    vjp=_integer_pow_vjp,
    mask="pointwise",
    subgradient="`x ** 0` has derivative 0 everywhere",
    spelling=Infix("**", 80),
    result=None,
    domain=Domain((POSITIVE,)),
    keeps_zero=False,
    total=False,
    ulps=10,
)


def _pow(x: Numbers, y: Numbers) -> Numbers:
    exponent = np.asarray(y)
    if exponent.dtype.kind in "iO" and np.any(exponent < 0) and np.broadcast(x, exponent).size:
        raise EvaluationError("E0608", "an integer to a negative power is no integer", "float({0})")
    if exponent.dtype.kind == "f":
        return _power_of_floats(np.asarray(x), exponent)
    result: Numbers = np.power(x, exponent)
    return result


_SIMPLE: dict[float, Any] = {0.5: np.sqrt, 1.0: np.positive, 2.0: np.square, -1.0: np.reciprocal}


def _power_of_floats(x: Numbers, y: Numbers) -> Numbers:
    """NumPy's power, with the exponents that it treats by themselves where they are repeated in memory.

    Here they are everywhere, so that a number, and the same number in a tensor, give the same bits.
    """
    result: Numbers
    if y.ndim == 0:
        simple = _SIMPLE.get(float(y))
        result = np.power(x, y) if simple is None else simple(x)
        return result
    x, y = np.broadcast_arrays(x, y)
    result = np.asarray(np.power(x, np.ascontiguousarray(y)))
    for exponent, simple in _SIMPLE.items():
        chosen = y == exponent
        if chosen.any():
            result[chosen] = simple(x[chosen])
    return result


def _pow_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    """y * x**(y-1), and x**y * log(x).

    The first is 0 * inf where x = y = 0; there, and there alone, it is 0 * 1.  Masking all of y = 0 would lose its
    derivative by y, which is 1 / x.  The second is 0 * -inf where x = 0 <= y; its limit for y > 0 is 0.
    For y < 0 the first may leave the range where its product with g doesn't; g * z * y / x stays.
    """
    exponent = y.constant
    base = x
    if exponent is None or not exponent.array.all():
        base = b.where(b.logical_or(b.not_equal(x, 0), b.not_equal(y, 0)), x, 1)
    less = float(exponent.array) - 1 if exponent is not None and exponent.array.ndim == 0 else y - 1
    to_base = g * (y * b.pow(base, less))
    if not is_one(g) and (exponent is None or (exponent.array < 0).any()):
        if exponent is not None and (exponent.array < 0).all():
            to_base = g * z * y / x
        else:
            to_base = b.where(y < 0, g * z * y / b.where(y < 0, x, 1), to_base)
    to_exponent = g * z * b.log(x)
    return to_base, Masked(to_exponent, b.logical_or(b.not_equal(x, 0), y < 0), clean=False)


pow_ = Elementwise(
    name="pow",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="""`x ** y`, the exponent computed.

    `x ** 0` is 1, also of 0 and NaN.  A negative `x` has only whole powers, others are NaN.  An integer to a negative
    power is an error.""",
    evaluate=_pow,
    vjp=_pow_vjp,
    mask="pointwise",
    subgradient="`x ** 0` by `x` is 0 at 0; `0 ** y` by `y` is 0 for `y` from 0 on",
    spelling=Infix("**", 80),
    result=None,
    domain=Domain((POSITIVE, (-3.0, 3.0))),
    keeps_zero=False,
    total=False,
    ulps=400,  # of x ** (y - 1): the rounding of y - 1 is multiplied by log(x)
)

RECORDS = (integer_pow, pow_)
