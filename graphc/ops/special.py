"""Special functions: error functions, the gamma family, and stable sigmoid and log-sum functions.  Elementwise.

SciPy evaluates the first two groups, with gamma_evaluation.py and normal_evaluation.py where its results are not good
enough; it is imported when a program calls one of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.op import CALL, REQUIRED, Attribute, Domain, Elementwise, Inferred, Operand, TypeRuleError
from graphc.ir.types import FLOATS
from graphc.ops import gamma_evaluation, normal_evaluation
from graphc.ops.cotangents import is_one
from graphc.ops.transcendental import unary

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
SQRT_PI = math.sqrt(math.pi)
SQRT_TWO_PI = math.sqrt(2 * math.pi)
ANYWHERE = (-10.0, 10.0)
NEAR = (-3.0, 3.0)
POSITIVE = (0.1, 10.0)
MAX_ORDER = 170  # the factorial of the order must be finite


def _scipy(name: str) -> Any:
    """SciPy's function of that name, which keeps f32 and f64."""

    def evaluate(x: Numbers) -> Numbers:
        from scipy import special

        result: Numbers = getattr(special, name)(x)
        return result

    return evaluate


# ---------------------------------------------------------------- error functions

erf = unary(
    "erf",
    "Error function.",
    _scipy("erf"),
    lambda b, g, y, x: b.gaussian(x, 2 / SQRT_PI * g, 1.0, 0),
    NEAR,
    None,
    8,
)

erfc = unary(
    "erfc",
    "`1 - erf(x)`, accurate where it is small.",
    normal_evaluation.erfc,
    lambda b, g, y, x: b.gaussian(x, -2 / SQRT_PI * g, 1.0, 0),
    NEAR,
    None,
    8,
)

ndtr = unary(
    "ndtr",
    """Distribution function of the standard normal distribution, `erfc(-x / sqrt(2)) / 2`.

    It has an op of its own for accuracy in the lower tail.""",
    normal_evaluation.ndtr,
    lambda b, g, y, x: b.gaussian(x, 1 / SQRT_TWO_PI * g, 0.5, 0),
    NEAR,
    None,
    8,
)

erfinv = unary(
    "erfinv",
    "Inverse of `erf`; NaN outside [-1, 1].",
    _scipy("erfinv"),
    lambda b, g, y, x: g * (SQRT_PI / 2 * b.exp(y**2)),
    (-0.9, 0.9),
    "inf at -1 and 1",
    8,
)

# ---------------------------------------------------------------- gamma family

lgamma = unary(
    "lgamma",
    "Logarithm of the absolute value of the gamma function, inf at the poles 0, -1, -2, and so on.",
    gamma_evaluation.lgamma,
    lambda b, g, y, x: g * b.digamma(x),
    POSITIVE,
    None,
    8,
)

digamma = unary(
    "digamma",
    "Derivative of `lgamma`; it has poles at 0, -1, -2, and so on.",
    gamma_evaluation.digamma,
    lambda b, g, y, x: g * b.polygamma(1, x),
    POSITIVE,
    None,
    8,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Polygamma(Elementwise):
    """An elementwise op whose attribute is an order of differentiation."""

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        if not 0 <= attrs[0] <= MAX_ORDER:
            raise TypeRuleError("E0309", f"the order {attrs[0]} of polygamma is not from 0 to {MAX_ORDER}")
        return Inferred((types[0],), attrs)


polygamma = Polygamma(
    name="polygamma",
    params=(Attribute("n", "int", REQUIRED), Operand("x", FLOATS)),
    doc="The `n`-th derivative of `digamma`, which is `polygamma(0, x)`.",
    evaluate=gamma_evaluation.polygamma,
    vjp=lambda b, g, y, x, n: g * b.polygamma(n + 1, x),
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((POSITIVE,)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

# ---------------------------------------------------------------- sigmoid, softplus


def _sigmoid(x: Numbers) -> Numbers:
    """1 / (1 + exp(-x)) for x >= 0, exp(x) / (1 + exp(x)) below: no exponential overflows, no tail is flushed to 0."""
    tail = np.exp(-np.abs(x))
    one = tail.dtype.type(1)
    result: Numbers = np.where(x < 0, tail, one) / (one + tail)
    return result


sigmoid = unary(
    "sigmoid",
    """Logistic function, `1 / (1 + exp(-x))`.

    It has an op of its own for accuracy in both tails.""",
    _sigmoid,
    lambda b, g, y, x: b.sech2(0.5 * x, 0.25 * g),  # y * (1 - y) cancels, and so does its derivative
    ANYWHERE,
    None,
    8,
)


def _softplus(x: Numbers) -> Numbers:
    return np.logaddexp(x, np.zeros((), x.dtype))


softplus = unary(
    "softplus",
    """`log(1 + exp(x))`, which is `logaddexp(x, 0)`.

    It has an op of its own for accuracy in both tails.""",
    _softplus,
    lambda b, g, y, x: g * b.sigmoid(x),
    ANYWHERE,
    None,
    8,
)


def _logaddexp_vjp(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
    """The sigmoids of x - y and y - x.

    Infinities that are equal have no difference; they share as other equal numbers do.  (Those keep x - y, on which the
    second derivative depends.)
    """
    tied = b.logical_and(b.equal(x, y), b.isinf(x))
    difference = b.where(tied, 0, x - y)
    if is_one(g):
        return b.sigmoid(difference), b.sigmoid(-difference)
    return b.gate(difference, g), b.gate(-difference, g)  # a sigmoid may underflow where its product with g doesn't


logaddexp = Elementwise(
    name="logaddexp",
    params=(Operand("x", FLOATS), Operand("y", FLOATS)),
    doc="`log(exp(x) + exp(y))` without overflow.",
    evaluate=np.logaddexp,
    vjp=_logaddexp_vjp,
    mask="pointwise",
    subgradient="at equal infinities, half to each operand",
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE)),
    keeps_zero=False,
    total=True,
    ulps=8,
)

RECORDS = (erf, erfc, ndtr, erfinv, lgamma, digamma, polygamma, sigmoid, softplus, logaddexp)
