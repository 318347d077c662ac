"""The tails of the normal distribution on NumPy, to the last digits that the dtype has.

In: arrays of f32 or f64.  Out: arrays of the same dtype, computed in f64.  special.py has the records that call these.
exp(-x**2) is what makes tails wrong elsewhere: the rounding error of x**2 is multiplied by x**2.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ops.elementary import polynomial

Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators

_SPLIT = 134217729.0  # 2**27 + 1: the upper half of a number's bits is left of it (Dekker, 1971)
_FAR = 26.0  # beyond, exp(-x**2) is subnormal though its product with something larger need not be
_SQRT_HALF = (0.7071067811865476, -4.833646656726457e-17)  # sqrt(1/2), as a sum


def _product(x: Floats, y: Floats | float) -> tuple[Floats, Floats]:
    """x * y as the rounded product and its error (Dekker, 1971)."""
    high = x * y
    a, b = _halves(x), _halves(np.asarray(y))
    low = a[1] * b[1] - (((high - a[0] * b[0]) - a[1] * b[0]) - a[0] * b[1])
    return high, low


def _halves(x: Floats) -> tuple[Floats, Floats]:
    t = _SPLIT * x
    upper = t - (t - x)
    return upper, x - upper


# Of (1 + 2 * x) * erfcx(x) for x >= 1/2 in (x - 3) / (x + 3), highest powers first: the Chebyshev series, cut where its
# terms fall below 1e-18.  (The variable is that of Shepherd and Laframboise, 1981.)
_SCALED = (
    -3.169769967499411e-10, 4.343916604406086e-09, -7.662619643765653e-09, -2.2955040332161167e-08,
    4.5408620229898425e-08, 1.1388756822909958e-07, -1.4896955208899784e-07, -6.252263408549295e-07,
    3.63328175741602e-07, 3.4762907153419937e-06, -7.348227995039713e-07, -2.010173033160886e-05,
    4.950542762858583e-06, 0.00012509958822829302, -0.00010516001350601363, -0.0007798323044325735,
    0.001888690385623975, 0.0025293918189646463, -0.023770514920503902, 0.06830802734382241,
    -0.11927366341524386, 0.12964515870276477, -0.047562294353451606, -0.1356211061245812, 1.2530080582697296,
)  # fmt: skip


def _tail(high: Floats, low: Floats | float) -> Floats:
    """erfc(high + low) for high >= 1/2 and a small `low`: erfcx(x) * exp(-x**2), in two steps where that is tiny."""
    square, error = _product(high, high)
    error = error + 2 * high * low
    half = np.exp(-0.5 * square)
    scaled = polynomial((high - 3) / (high + 3), _SCALED) / (1 + 2 * high) * (1 - error)
    return np.asarray(np.where(high > _FAR, half * (half * scaled), np.exp(-square) * scaled))


def _limited(x: Numbers) -> Floats:
    """A vector.  Beyond 40 the tail is 0 in every dtype, and no square overflows."""
    return np.asarray(np.minimum(x, 40.0), np.float64).reshape(-1)


def erfc(x: Numbers) -> Numbers:
    """1 - erf(x).  For f32, SciPy's, which computes in f64, is as good."""
    from scipy import special

    x = np.asarray(x)
    if x.dtype != np.float64:
        return np.asarray(special.erfc(x))
    wide = _limited(x)
    result = special.erfc(wide)
    right = wide > 0.5
    with np.errstate(under="ignore"):
        result[right] = _tail(wide[right], 0.0)
    return np.asarray(result).reshape(x.shape)


def ndtr(x: Numbers) -> Numbers:
    """erfc(-x / sqrt(2)) / 2, where the quotient isn't rounded.  For f32 SciPy's in f64."""
    from scipy import special

    x = np.asarray(x)
    wide = _limited(-x)
    result = special.ndtr(-wide)
    if x.dtype == np.float64:
        right = wide > 0.71
        with np.errstate(under="ignore"):
            high, low = _product(wide[right], _SQRT_HALF[0])
            result[right] = 0.5 * _tail(high, low + wide[right] * _SQRT_HALF[1])
    return np.asarray(result, x.dtype).reshape(x.shape)
