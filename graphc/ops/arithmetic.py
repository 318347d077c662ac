"""Arithmetic: sums, products, quotients, rounding, extremes.  Elementwise.

Integers wrap around.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.op import (
    CALL,
    Domain,
    Elementwise,
    EvaluationError,
    Infix,
    Masked,
    NotDifferentiable,
    Operand,
    Prefix,
    Product,
)
from graphc.ir.types import ANY, FLOATS, NUMBERS
from graphc.ops.kinks import away, cancelled, product, unsigned

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
ANYWHERE = (-10.0, 10.0)
POSITIVE = (0.1, 10.0)
PIECEWISE_CONSTANT = NotDifferentiable("it is piecewise constant")

add = Elementwise(
    name="add",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="Sum.",
    evaluate=np.add,
    vjp=lambda b, g, z, x, y: (g, g),
    mask="pointwise",
    subgradient=None,
    spelling=Infix("+", 50),
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=True,
    total=True,
    ulps=1,
)

subtract = Elementwise(
    name="subtract",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="Difference.",
    evaluate=np.subtract,
    vjp=lambda b, g, z, x, y: (g, -g),
    mask="pointwise",
    subgradient=None,
    spelling=Infix("-", 50),
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=True,
    total=True,
    ulps=1,
)

negative = Elementwise(
    name="negative",
    params=(Operand("x", NUMBERS),),
    doc="`-x`.  Unsigned integers wrap around.",
    evaluate=np.negative,
    vjp=lambda b, g, y, x: -g,
    mask="pointwise",
    subgradient=None,
    spelling=Prefix("-", 70),
    result=None,
    domain=Domain((ANYWHERE,)),
    keeps_zero=True,
    total=True,
    ulps=0,
)

multiply = Product(
    name="multiply",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="Product.",
    evaluate=np.multiply,
    vjp=lambda b, g, z, x, y: (g * y, x * g),
    mask="pointwise",
    subgradient=None,
    spelling=Infix("*", 60),
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=False,
    total=True,
    cancels=product,
    ulps=1,
)


divide = Elementwise(
    name="divide",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="Quotient.  That of integers is a number without a dtype: `x * (1 / n)` has the dtype of x.",
    evaluate=np.divide,
    vjp=lambda b, g, z, x, y: (g / y, -(g * z / y)),  # y**2 would overflow; g / y may, where g * z / y doesn't
    mask="pointwise",
    subgradient=None,
    spelling=Infix("/", 60),
    result=None,
    domain=Domain((ANYWHERE, POSITIVE)),
    keeps_zero=False,
    total=True,
    ulps=4,
)


def _divide_no_nan(x: Numbers, y: Numbers) -> Numbers:
    result: Any = np.divide(x, y)
    zero = np.equal(y, 0)
    return np.where(zero, result.dtype.type(0), result) if zero.any() else np.asarray(result)


def _divide_no_nan_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    return b.divide_no_nan(g, y), -b.divide_no_nan(g * z, y)


divide_no_nan = Elementwise(
    name="divide_no_nan",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="""`x / y`, and 0 where `y` is 0.

    As a unit vector, `x / norm(x)`, has a value at the origin.""",
    evaluate=_divide_no_nan,
    vjp=_divide_no_nan_vjp,
    mask="pointwise",
    subgradient="0 where `y` is 0",
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, POSITIVE)),
    keeps_zero=False,
    total=True,
    ulps=4,
)


def _refuse_zero(x: Numbers, y: Numbers) -> None:
    """Floats have a quotient by zero, integers don't; of no elements there is nothing to divide."""
    divisor = np.asarray(y)
    if divisor.dtype.kind != "f" and not divisor.all() and np.broadcast(x, divisor).size:
        raise EvaluationError("E0608", "integer division by zero")


def _floor_divide(x: Numbers, y: Numbers) -> Numbers:
    _refuse_zero(x, y)
    return np.floor_divide(x, y)


def _remainder(x: Numbers, y: Numbers) -> Numbers:
    _refuse_zero(x, y)
    return np.remainder(x, y)


floor_divide = Elementwise(
    name="floor_divide",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="""The largest whole number that is at most `x / y`.

    `x == y * (x // y) + x % y`, rounding aside.  An integer divided by zero is an error; the smallest integer divided
    by -1 wraps around.""",
    evaluate=_floor_divide,
    vjp=PIECEWISE_CONSTANT,
    mask="pointwise",
    subgradient=None,
    spelling=Infix("//", 60),
    result=None,
    domain=Domain((ANYWHERE, POSITIVE)),
    keeps_zero=True,
    total=False,
    ulps=1,
)

remainder = Elementwise(
    name="remainder",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="What floor division leaves; it has the sign of `y`.  An integer divided by zero is an error.",
    evaluate=_remainder,
    vjp=lambda b, g, z, x, y: (g, -g * b.floor_divide(x, y)),
    mask="pointwise",
    subgradient="at a jump, the derivative from the side where the quotient stays",
    spelling=Infix("%", 60),
    result=None,
    domain=Domain(((0.1, 0.9), (1.0, 10.0))),
    keeps_zero=False,
    total=False,
    ulps=2,
)


def _abs_vjp(b: Any, g: Any, y: Any, x: Any) -> Any:
    """g * sign(x); a cotangent with a factor y, as that of y**2, loses it, since y * sign(x) is x.

    One with a factor sign(x) loses that, so that an even function has its second derivative at 0: |x|**1.5 has inf.
    """
    smooth = cancelled(b, g, y)
    if smooth is not None:
        return smooth * x
    even = unsigned(b, g, x)
    if even is not None:
        return even
    slope = g * b.sign(x)
    taken = away(b, g, x)
    return slope if taken is None else Masked(slope, taken, clean=False)


abs_ = Elementwise(
    name="abs",
    params=(Operand("x", NUMBERS),),
    doc="Absolute value.  That of the smallest signed integer wraps around.",
    evaluate=np.absolute,
    vjp=_abs_vjp,
    mask="pointwise",
    subgradient="0 at 0, whatever the cotangent; its square has the derivatives of `x ** 2`",
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE,)),
    keeps_zero=False,
    total=True,
    ulps=0,
)

sign = Elementwise(
    name="sign",
    params=(Operand("x", NUMBERS),),
    doc="-1, 0 or 1; NaN of NaN.",
    evaluate=np.sign,
    vjp=PIECEWISE_CONSTANT,
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE,)),
    keeps_zero=True,
    total=True,
    ulps=0,
)


def _rounding(name: str, doc: str, ufunc: Any) -> Elementwise:
    """An op that leaves integers as they are."""

    def evaluate(x: Numbers) -> Numbers:
        return ufunc(x) if x.dtype.kind == "f" else x

    return Elementwise(
        name=name,
        params=(Operand("x", NUMBERS),),
        doc=doc,
        evaluate=evaluate,
        vjp=PIECEWISE_CONSTANT,
        mask="pointwise",
        subgradient=None,
        spelling=CALL,
        result=None,
        domain=Domain(((0.1, 0.4),)),
        keeps_zero=True,
        total=True,
        ulps=0,
    )


floor = _rounding("floor", "The largest whole number that is at most `x`.", np.floor)
ceil = _rounding("ceil", "The smallest whole number that is at least `x`.", np.ceil)
round_ = _rounding("round", "The nearest whole number; the even one of two.", np.rint)
trunc = _rounding("trunc", "The whole part of `x`, rounded towards zero.", np.trunc)


EXTREME = "at a tie, -0.0 and 0.0 included, half to each operand; NaN operands get all"


def _or_nan(b: Any, chosen: Any, x: Any) -> Any:
    """A NaN result comes from a NaN operand."""
    return b.logical_or(chosen, b.isnan(x))


def _maximum_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    share = b.where(b.equal(x, y), 0.5 * g, g)
    return Masked(share, _or_nan(b, x >= y, x), clean=False), Masked(share, _or_nan(b, y >= x, y), clean=False)


maximum = Elementwise(
    name="maximum",
    params=(Operand("x", ANY), Operand("y", ANY)),
    doc="""The larger of two; NaN if either is, and of zeros with two signs the second.

    Of booleans, whether either is true.""",
    evaluate=np.maximum,
    vjp=_maximum_vjp,
    mask="pointwise",
    subgradient=EXTREME,
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=True,
    total=True,
    ulps=0,
)


def _minimum_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    share = b.where(b.equal(x, y), 0.5 * g, g)
    return Masked(share, _or_nan(b, x <= y, x), clean=False), Masked(share, _or_nan(b, y <= x, y), clean=False)


minimum = Elementwise(
    name="minimum",
    params=(Operand("x", ANY), Operand("y", ANY)),
    doc="""The smaller of two; NaN if either is, and of zeros with two signs the second.

    Of booleans, whether both are true.""",
    evaluate=np.minimum,
    vjp=_minimum_vjp,
    mask="pointwise",
    subgradient=EXTREME,
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=True,
    total=True,
    ulps=0,
)

clip = Elementwise(
    name="clip",
    params=(Operand("x", NUMBERS), Operand("min", NUMBERS), Operand("max", NUMBERS)),
    doc="""`x` limited to the interval from `min` to `max`.

    It is `minimum(maximum(x, min), max)`: `max` where the limits cross, NaN if any operand is.""",
    evaluate=lambda x, low, high: np.minimum(np.maximum(x, low), high),
    vjp=lambda b, g, y, x, low, high: (
        Masked(g, b.logical_not(b.logical_or(x < low, x > high)), clean=False),
        Masked(g, _or_nan(b, b.logical_and(x < low, low <= high), low), clean=False),
        Masked(g, _or_nan(b, b.logical_or(x > high, low > high), high), clean=False),
    ),
    mask="pointwise",
    subgradient="at a limit, all to `x`; NaN operands get all",
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, (-2.0, -1.0), (1.0, 2.0))),
    keeps_zero=True,
    total=True,
    ulps=0,
)

RECORDS = (
    add,
    subtract,
    negative,
    multiply,
    divide,
    divide_no_nan,
    floor_divide,
    remainder,
    abs_,
    sign,
    floor,
    ceil,
    round_,
    trunc,
    maximum,
    minimum,
    clip,
)
