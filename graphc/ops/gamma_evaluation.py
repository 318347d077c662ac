"""The gamma family on NumPy, within 4 ulp where SciPy is not: near the zeros of `lgamma`, beside poles, at the edges.

In: arrays of f32 or f64.  Out: arrays of the same dtype, computed in f64.  special.py has the records that call these.
Where two large parts cancel, at zeros on the negative axis, the error is measured against the larger part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators

EULER = 0.5772156649015329
_TERMS = 45  # of the series of lgamma, whose terms fall by 8 / 3 at least
_ROOM = 300  # powers of two, so that two parts that overflow can cancel
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330,
)  # fmt: skip


def _in_f64(function: Callable[..., Floats]) -> Callable[..., Numbers]:
    """A function of an f64 vector as one of f32 or f64; the result has the argument's dtype and shape."""

    @wraps(function)
    def evaluate(x: Numbers, *attributes: Any) -> Numbers:
        x = np.asarray(x)
        with np.errstate(all="ignore"):  # beside poles
            result = function(x.astype(np.float64).reshape(-1), *attributes)
            return np.asarray(result, x.dtype).reshape(x.shape)

    return evaluate


def _horner(x: Floats, coefficients: Sequence[float]) -> Floats:
    """The polynomial whose constant term comes first."""
    result = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        result = result * x + c
    return result


@cache
def _around_two() -> tuple[float, ...]:
    """log(gamma(2 + t)) / t = 1 - EULER + the sum over k >= 2 of (-1)**k * (zeta(k) - 1) / k * t**(k - 1)

    It converges for |t| < 2 (DLMF 5.7.3); used for |t| <= 3/4.
    """
    from scipy import special

    return (1 - EULER, *((-1) ** k * float(special.zetac(k)) / k for k in range(2, _TERMS)))


@_in_f64
def lgamma(x: Floats) -> Floats:
    """log(|gamma(x)|).  Beside its zeros, 1 and 2, by the series, which keeps all digits; below them one step up."""
    from scipy import special

    result: Floats = special.gammaln(x)
    near = np.abs(x - 1.5) <= 1
    if near.any():
        lower = x[near] < 1.25  # where log(gamma(x + 1)) - log(x) doesn't cancel
        t = x[near] - np.where(lower, 1, 2)
        result[near] = t * _horner(t, _around_two()) - np.where(lower, np.log1p(t), 0)
    tiny = np.abs(x) < 1e-20  # gamma(x) = 1 / x - EULER + …; SciPy's overflows below 5.6e-309
    result[tiny] = -np.log(np.abs(x[tiny]))
    result[x == -np.inf] = np.inf
    return result


def _fraction(x: Floats) -> Floats:
    """The distance to the nearest whole number, with its sign: exact."""
    return np.asarray(x - np.round(x))


@_in_f64
def digamma(x: Floats) -> Floats:
    """psi(x).  Below 0 by reflection, psi(1 - x) - pi / tan(pi * x) (DLMF 5.5.4), at the exact distance to the pole."""
    from scipy import special

    negative = x < 0
    result: Floats = special.psi(np.where(negative, 1 - x, x))
    if negative.any():
        fraction = _fraction(x[negative])
        result[negative] -= np.pi / np.tan(np.pi * fraction)
        result[negative] = np.where(fraction == 0, np.nan, result[negative])
    return result


def _hurwitz(s: int, x: Floats) -> Floats:
    """x**s times the Hurwitz zeta function, the sum over k >= 0 of (x / (x + k))**s, for positive x.

    Some terms as they are, the others by the formula of Euler and Maclaurin (DLMF 25.11.5): with a = x + first,

        (x / a)**s * (a / (s - 1) + 1/2 + the sum over k of B(2k) / (2k)! * s * … * (s + 2k - 2) / a**(2k - 1))
    """
    first = 10 + s // 3
    total = np.zeros_like(x)
    for k in range(first - 1, -1, -1):  # the smallest first
        total += np.exp(-s * np.log1p(k / x))
    a = x + first
    rest = a / (s - 1) + 0.5
    term = s / a
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        rest += bernoulli * term / math.factorial(2 * k)
        term *= (s + 2 * k - 1) / a * ((s + 2 * k) / a)
    return np.asarray(total + np.exp(-s * np.log1p(first / x)) * rest)


def _positive_polygamma(n: int, x: Floats, shift: int = 0) -> Floats:
    """(-1)**(n+1) * n! * zeta(n + 1, x) * 2**shift for n >= 1 and positive x.

    Powers of two are set aside, because n! and x**(n+1) leave the range before the result does.
    """
    m, e = np.frexp(x)
    factorial, exponent = math.frexp(math.factorial(n))
    size = np.ldexp(factorial * _hurwitz(n + 1, x) / m ** (n + 1), exponent + shift - (n + 1) * e)
    return np.asarray(size if n % 2 else -size)


@_in_f64
def polygamma(x: Floats, n: int) -> Floats:
    """The `n`-th derivative of psi.  Negative x are reflected (DLMF 5.15.6), with the fraction f of x by positive ones:

    psi(n, x) = (-1)**n * psi(n, 1 - x) + psi(n, f) - (-1)**n * psi(n, 1 - f)
    """
    if n == 0:
        return np.asarray(digamma(x))
    sign = (-1) ** n
    negative = x < 0
    result = _positive_polygamma(n, np.where(negative, 1 - x, x))
    result[x == np.inf] = -sign * 0.0
    zero = x == 0
    result[zero] = np.inf if n % 2 else np.copysign(np.inf, -x[zero])
    if negative.any():
        fraction = _fraction(x[negative])  # of f and 1 - f the one beside the pole is exact
        below = np.where(fraction > 0, fraction, 1 + fraction)
        above = np.where(fraction > 0, 1 - fraction, -fraction)
        parts = _positive_polygamma(n, below, -_ROOM) - sign * _positive_polygamma(n, above, -_ROOM)
        reflected = sign * result[negative] + np.ldexp(parts, _ROOM)
        result[negative] = np.where(fraction == 0, np.inf if n % 2 else np.nan, reflected)
    return result
