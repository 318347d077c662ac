"""Elementary functions in f64 out of operations that IEEE 754 rounds exactly.

Their bits are the same on every machine and backend, which `exp` and `log` of a C library don't promise.  In: f64
arrays of finite numbers.  Out: f64 arrays.  Random numbers are made with them.  They are evaluated as written: no
contraction of a product and a sum into one operation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10


def polynomial(x: Floats, coefficients: Sequence[float]) -> Floats:
    """Horner's rule; the coefficient of the highest power comes first."""
    result = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        np.multiply(result, x, out=result)
        np.add(result, c, out=result)
    return result


# Of the remainder of log(1 + f) in s = f / (2 + f), even and odd powers of s**2 (FreeBSD's e_log.c).
_LOG_ODD = (1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01, 6.666666666666735130e-01)
_LOG_EVEN = (1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01)


def log(x: Floats) -> Floats:
    """The natural logarithm of positive normal numbers, within 1 ulp."""
    m, k = np.frexp(x)
    small = m < np.sqrt(0.5)
    m = np.where(small, 2 * m, m)
    n = (k - small).astype(np.float64)
    f = m - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    r = z * polynomial(w, _LOG_ODD) + w * polynomial(w, _LOG_EVEN)
    half = 0.5 * f * f
    result: Floats = n * _LN2_HIGH - ((half - (s * (half + r) + n * _LN2_LOW)) - f)
    return result


_EXP = (
    4.13813679705723846039e-08,
    -1.65339022054652515390e-06,
    6.61375632143793436117e-05,
    -2.77777777770155933842e-03,
    1.66666666666666019037e-01,
)


def exp(x: Floats) -> Floats:
    """The exponential function, within 1 ulp; 0 below -708."""
    x = np.maximum(x, -800.0)
    k = np.rint(x * 1.44269504088896338700)
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * polynomial(t, _EXP)
    y = 1 - ((low - (r * c) / (2 - c)) - high)
    result: Floats = np.where(x < -708.0, 0.0, np.ldexp(y, k.astype(np.int32)))
    return result


# Wichura's rational functions (algorithm AS 241, PPND16, 1988), highest powers first.
_CENTRE = (
    (
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
    ),
)  # fmt: skip
_SIDE = (
    (
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
    ),
)  # fmt: skip
_TAIL = (
    (
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
    ),
)  # fmt: skip
_WIDTH = 0.425  # of the centre, on either side


def normal_quantile(q: Floats) -> Floats:
    """The number below which a standard normal one stays with probability 1/2 + q, for |q| < 1/2."""
    r = _WIDTH**2 - q * q
    result = _ratio(r, _CENTRE)
    np.multiply(result, q, out=result)
    outside = np.flatnonzero(r < 0)
    if outside.size:
        p = q[outside]
        r = np.sqrt(-log(0.5 - np.abs(p)))
        found = _ratio(r - 1.6, _SIDE)
        far = r > 5
        if far.any():
            found[far] = _ratio(r[far] - 5, _TAIL)
        result[outside] = np.copysign(found, p)
    return result


def _ratio(x: Floats, of: tuple[Sequence[float], Sequence[float]]) -> Floats:
    numerator = polynomial(x, of[0])
    return np.divide(numerator, polynomial(x, of[1]), out=numerator)
