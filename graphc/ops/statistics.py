"""Statistics: means, deviations and norms over some axes or all of them.

Squares leave the range of a float long before their root does.  Where a sum of squares is too large or too small to be
trusted, those results are computed again from numbers that a power of two has brought to the size of 1; all others
keep their bits and their speed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.dims import dim_max
from graphc.ir.op import (
    CALL,
    Attribute,
    Inferred,
    Operand,
    Ordering,
    Reduction,
    TypeRuleError,
    normalise_axes,
)
from graphc.ir.types import ANY, FLOATS, WEAK_FLOAT, TensorType
from graphc.ops.kinks import guarded, shares
from graphc.ops.reducing import Axes, count, expand, reduction, sizes, spread
from graphc.ops.summation import total

# ---------------------------------------------------------------- means


def _again(function: Callable[[Any], Any], x: Any, axes: Axes, result: Any, bad: Any) -> Any:
    """`result` with `function(rows)` where it is `bad`: the reduced elements of each of these, as rows."""
    kept = tuple(a for a in range(x.ndim) if a not in axes)
    shape = tuple(x.shape[a] for a in kept)
    bad = np.reshape(bad, shape)
    rows = x.transpose(*kept, *axes)[bad]
    result = np.array(result)
    result.reshape(shape)[bad] = function(rows.reshape(len(rows), -1))
    return result


_add: Any = np.add.reduce


def _finite(s: Any) -> bool:
    """Everywhere; quick for a single number."""
    return math.isfinite(s.item()) if s.size == 1 else bool(np.isfinite(s).all())


def _mean(x: Any, axes: Axes, keepdims: bool) -> Any:
    """The sum by the count; where that leaves the range, of numbers made smaller by a power of two.

    Integers and booleans are summed in i64 and divided once.
    """
    n = count(x.shape, axes)
    if x.dtype.kind != "f":
        return np.divide(_add(x, axis=axes, keepdims=keepdims, dtype=np.int64), np.float64(n))
    result = np.divide(total(x, axes, keepdims), x.dtype.type(n))
    if n and not _finite(result):
        k = n.bit_length()

        def smaller(rows: Any) -> Any:
            return np.ldexp(total(np.ldexp(rows, -k), (1,), False) / x.dtype.type(n), k)

        result = _again(smaller, x, axes, result, ~np.isfinite(result))
    return result


mean = reduction(
    "mean",
    """Arithmetic mean over some axes, by default all.

    Computed in the dtype of x if it is a float; finite if all elements are.  Integers and booleans are summed in i64
    and divided once; their mean is a number without a dtype: `mean(x > 0) * y` has that of y.  The mean of no elements
    is NaN.""",
    accepts=ANY,
    dtype=lambda t: t if t.is_float else WEAK_FLOAT,
    evaluate=_mean,
    vjp=lambda b, g, y, x, axes, keepdims: spread(b, g / b.size(sizes(x, axes), g.dtype), x, axes, keepdims),
    empty=True,
)


def _centre(x: Any, axes: Axes) -> Any:
    """The mean is rounded; what it is off, the same for all, is the mean of the differences."""
    result: Any = np.subtract(x, _mean(x, axes, True))
    rest = np.divide(total(result, axes, True), x.dtype.type(count(x.shape, axes)))
    if not _finite(rest):
        rest = np.where(np.isfinite(rest), rest, x.dtype.type(0))
    return np.subtract(result, rest, out=result if result.ndim else None)


def _centre_rule(x: TensorType, axis: Any) -> Inferred:
    return Inferred((x,), (normalise_axes(axis, x.rank),))


centre = Ordering(
    name="centre",
    params=(Operand("x", FLOATS), Attribute("axis", "axes", None)),
    doc="""The elements less their mean over some axes, by default all.

    Exactly 0 where the elements are equal, which `x - mean(x)` need not be: a mean is rounded.  A primitive for that
    accuracy.""",
    evaluate=_centre,
    vjp=lambda b, g, y, x, axes: b.centre(g, axes),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_centre_rule,
)

# ---------------------------------------------------------------- sums of squares


_SAFE = {t: float(np.finfo(t).tiny / np.finfo(t).eps) for t in (np.float32, np.float64)}


def _squares(x: Any, axes: Axes, keepdims: bool, centred: bool) -> tuple[Any, Any]:
    """(s, e): the sum of the squares, of x or of its differences from the mean, is s * 4**e; e is None for zeros.

    A sum below `tiny / eps` may lack squares that became 0 or lost digits; one that is infinite was too large.  (A NaN
    stays one.)
    """
    if centred:
        differences: Any = _centre(x, axes)
        s = total(np.multiply(differences, differences, out=differences if x.ndim else None), axes, keepdims)
    else:
        s = total(x * x, axes, keepdims)
    low = _SAFE[x.dtype.type]
    if s.size == 1 and (low <= s.item() < math.inf or math.isnan(s.item())):
        return s, None
    bad = np.isinf(s) | (s < low)
    if not bad.any():
        return s, None
    e = np.zeros(np.shape(s), np.int32)

    def exponents(rows: Any) -> Any:
        top = np.maximum.reduce(np.abs(rows), axis=1, initial=0)
        return np.frexp(top)[1] + centred  # differences are up to twice as large

    def scaled(rows: Any) -> Any:
        rows = np.ldexp(rows, -exponents(rows)[:, None])
        rows = _centre(rows, (1,)) if centred else rows
        return total(rows * rows, (1,), False)

    return _again(scaled, x, axes, s, bad), _again(exponents, x, axes, e, bad)


def _root(s: Any, e: Any) -> Any:
    return np.sqrt(s) if e is None else np.ldexp(np.sqrt(s), e)


# ---------------------------------------------------------------- variance, deviation

CORRECTION = (Attribute("correction", "float", 0),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Deviation(Reduction):
    """A reduction that divides by the number of elements less a `correction`."""

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        if not math.isfinite(attrs[2]):
            raise TypeRuleError("E0309", f"correction of {self.name} must be finite, not {attrs[2]}")
        return Reduction.infer(self, types, attrs, regions)


def _freedom(x: Any, axes: Axes, correction: float) -> Any:
    return x.dtype.type(max(count(x.shape, axes) - correction, 0))


def _freedom_term(b: Any, x: Any, axes: Axes, correction: float) -> Any:
    n = sizes(x, axes)
    if isinstance(correction, int):
        return b.size(dim_max(n - correction, 0), x.dtype)
    return b.maximum(b.size(n, x.dtype) - correction, 0)


def _variance(x: Any, axes: Axes, keepdims: bool, correction: float) -> Any:
    """Two passes: the mean of the squares minus the square of the mean would cancel."""
    s, e = _squares(x, axes, keepdims, centred=True)
    result = np.divide(s, _freedom(x, axes, correction))
    return result if e is None else np.ldexp(result, 2 * e)


def _variance_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool, correction: float) -> Any:
    scale = 2 * g / _freedom_term(b, x, axes, correction)
    return expand(b, scale, axes, keepdims) * b.centre(x, axes)


variance = reduction(
    "variance",
    """Variance over some axes, by default all: the sum of squared deviations from the mean, by `n - correction`.

    `correction` is NumPy's `ddof`: 0 for the population's, 1 for the unbiased estimate from a sample.  Computed in two
    passes, in the dtype of x; exactly 0 of equal numbers.  NaN where `n - correction` is 0.""",
    accepts=FLOATS,
    evaluate=_variance,
    vjp=_variance_vjp,
    empty=True,
    extra=CORRECTION,
    kind=Deviation,
)


def _std(x: Any, axes: Axes, keepdims: bool, correction: float) -> Any:
    s, e = _squares(x, axes, keepdims, centred=True)
    return _root(np.divide(s, _freedom(x, axes, correction)), e)


def _std_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool, correction: float) -> Any:
    """As that of `norm`, of the differences from the mean."""
    d, freedom = b.centre(x, axes), _freedom_term(b, x, axes, correction)
    smooth = shares(b, g / freedom, y, (d,), lambda term: expand(b, term, axes, keepdims))
    if smooth is not None:
        return smooth[0]
    return expand(b, guarded(b, g, y) / freedom, axes, keepdims) * b.divide_no_nan(d, expand(b, y, axes, keepdims))


std = reduction(
    "std",
    """Standard deviation over some axes, by default all: the square root of `variance`, with its `correction`.

    Neither overflows nor underflows on the way.""",
    accepts=FLOATS,
    evaluate=_std,
    vjp=_std_vjp,
    empty=True,
    subgradient="0 where all elements are equal; its square has the derivatives of `variance`",
    extra=CORRECTION,
    kind=Deviation,
)

# ---------------------------------------------------------------- norm


def _norm_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """g * (x / y): a unit vector, whose components can't leave the range as those of (g / y) * x can.

    A cotangent with a factor y, as that of y**2, loses it: the product is smooth at the origin.
    """
    smooth = shares(b, g, y, (x,), lambda term: expand(b, term, axes, keepdims))
    if smooth is not None:
        return smooth[0]
    return expand(b, guarded(b, g, y), axes, keepdims) * b.divide_no_nan(x, expand(b, y, axes, keepdims))


norm = reduction(
    "norm",
    """Euclidean norm over some axes, by default all: `sqrt(sum(x ** 2))`, without overflow or underflow on the way.""",
    accepts=FLOATS,
    evaluate=lambda x, axes, keepdims: _root(*_squares(x, axes, keepdims, centred=False)),
    vjp=_norm_vjp,
    empty=True,
    subgradient="0 at the origin; its square has the derivatives of `sum(x ** 2)`",
)

RECORDS = (mean, variance, std, norm, centre)
