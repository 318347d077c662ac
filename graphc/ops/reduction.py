"""Reductions: one value out of many, over some axes or all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, Guard, dim_max, product
from graphc.ir.op import (
    CALL,
    Attribute,
    Inferred,
    Masked,
    NotDifferentiable,
    Operand,
    Ordering,
    Reduction,
    TypeRuleError,
    Vjp,
    normalise_axis,
    reduced_shape,
)
from graphc.ir.types import ANY, BOOLS, FLOATS, I64, NUMBERS, Array, DType, TensorType, accumulator, accumulator_of

Axes = tuple[int, ...]


def _count(shape: tuple[int, ...], axes: Axes) -> int:
    return math.prod([shape[a] for a in axes])


def _sizes(x: Any, axes: Axes) -> Dim:
    return product(tuple(x.shape[a] for a in axes))


def expand(b: Any, g: Any, axes: Axes, keepdims: bool) -> Any:
    """`g`, of a reduction's shape, so that it broadcasts with the operand; the leading axes do so by themselves."""
    return g if keepdims or axes == tuple(range(len(axes))) else b.expand_dims(g, axes)


def spread(b: Any, g: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """`g`, of a reduction's shape, broadcast back to the operand's."""
    g = expand(b, g, axes, keepdims)
    return g if g.shape == x.shape else b.broadcast_to(g, x.shape)


def _reduction(
    name: str,
    doc: str,
    *,
    accepts: frozenset[DType],
    evaluate: Callable[..., Any],
    vjp: Vjp | NotDifferentiable,
    dtype: Callable[[DType], DType] = lambda t: t,
    empty: bool,
    subgradient: str | None = None,
    extra: tuple[Attribute, ...] = (),
) -> Reduction:
    """A record with the parameters (x, axis=None, keepdims=false, *extra), called by its name."""
    axis, keepdims = Attribute("axis", "axes", None), Attribute("keepdims", "bool", False)
    return Reduction(
        name=name,
        params=(Operand("x", accepts), axis, keepdims, *extra),
        doc=doc,
        evaluate=evaluate,
        vjp=vjp,
        mask="spread",
        subgradient=subgradient,
        spelling=CALL,
        dtype=dtype,
        empty=empty,
    )


def _by(ufunc: np.ufunc) -> Callable[..., Any]:
    def evaluate(x: Array, axes: Axes, keepdims: bool) -> Any:
        return ufunc.reduce(x, axis=axes, keepdims=keepdims)

    return evaluate


def _accumulate_by(ufunc: np.ufunc) -> Callable[..., Any]:
    def evaluate(x: Array, axes: Axes, keepdims: bool) -> Any:
        return ufunc.reduce(x, axis=axes, dtype=accumulator_of(x), keepdims=keepdims)

    return evaluate


# ---------------------------------------------------------------- sums and products

sum_ = _reduction(
    "sum",
    """Sum of the elements over some axes, by default all.

    Signed integers and booleans are summed in i64, unsigned ones in u64.  Floats keep their dtype and are summed
    pairwise.  The sum of no elements is 0.""",
    accepts=ANY,
    evaluate=_accumulate_by(np.add),
    vjp=lambda b, g, y, x, axes, keepdims: spread(b, g, x, axes, keepdims),
    dtype=accumulator,
    empty=True,
)


def _prod_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """The product of the other elements, axis by axis: no division by x, so that zeros are right at every order."""
    if len(axes) == x.rank > 1:
        flat = b.reshape(x, (-1,))
        return g * b.reshape(_others(b, flat, 0), x.shape)
    g = expand(b, g, axes, keepdims)
    for axis in reversed(axes):
        g = g * _others(b, x, axis)
        x = b.prod(x, axis, keepdims=True)
    return g


def _others(b: Any, x: Any, axis: int) -> Any:
    """For each element the product of those before it and those after it."""
    return b.cumprod(x, axis, exclusive=True) * b.cumprod(x, axis, exclusive=True, reverse=True)


prod = _reduction(
    "prod",
    """Product of the elements over some axes, by default all.

    Signed integers and booleans are multiplied in i64, unsigned ones in u64.  The product of no elements is 1.  The
    derivative multiplies the other elements and is right where some are zero.""",
    accepts=ANY,
    evaluate=_accumulate_by(np.multiply),
    vjp=_prod_vjp,
    dtype=accumulator,
    empty=True,
)


_sum = _by(np.add)


def _mean(x: Any, axes: Axes, keepdims: bool) -> Any:
    return np.divide(_sum(x, axes, keepdims), x.dtype.type(_count(x.shape, axes)))


mean = _reduction(
    "mean",
    """Arithmetic mean over some axes, by default all.

    Computed in the dtype of x, which is a float.  The mean of no elements is NaN.""",
    accepts=FLOATS,
    evaluate=_mean,
    vjp=lambda b, g, y, x, axes, keepdims: spread(b, g / b.size(_sizes(x, axes), g.dtype), x, axes, keepdims),
    empty=True,
)

# ---------------------------------------------------------------- statistics

CORRECTION = (Attribute("correction", "int", 0),)


def _variance(x: Any, axes: Axes, keepdims: bool, correction: int) -> Any:
    """Two passes: the mean of the squares minus the square of the mean would cancel."""
    deviation: Any = x - _mean(x, axes, True)
    total = _sum(deviation * deviation, axes, keepdims)
    return np.divide(total, x.dtype.type(max(_count(x.shape, axes) - correction, 0)))


def _freedom(b: Any, g: Any, x: Any, axes: Axes, correction: int) -> Any:
    return b.size(dim_max(_sizes(x, axes) - correction, 0), g.dtype)


def _variance_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool, correction: int) -> Any:
    scale = 2 * g / _freedom(b, g, x, axes, correction)
    return expand(b, scale, axes, keepdims) * (x - b.mean(x, axes, keepdims=True))


variance = _reduction(
    "variance",
    """Variance over some axes, by default all: the sum of squared deviations from the mean, by `n - correction`.

    `correction` is NumPy's `ddof`: 0 for the population's, 1 for the unbiased estimate from a sample.  Computed in two
    passes, in the dtype of x.  NaN where `n - correction` is 0.""",
    accepts=FLOATS,
    evaluate=_variance,
    vjp=_variance_vjp,
    empty=True,
    extra=CORRECTION,
)


def _std_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool, correction: int) -> Any:
    scale = b.where(b.equal(y, 0), 0, g / (y * _freedom(b, g, x, axes, correction)))
    return expand(b, scale, axes, keepdims) * (x - b.mean(x, axes, keepdims=True))


std = _reduction(
    "std",
    """Standard deviation over some axes, by default all: the square root of `variance`, with its `correction`.""",
    accepts=FLOATS,
    evaluate=lambda x, axes, keepdims, correction: np.sqrt(_variance(x, axes, keepdims, correction)),
    vjp=_std_vjp,
    empty=True,
    subgradient="0 where all elements are equal",
    extra=CORRECTION,
)

norm = _reduction(
    "norm",
    "Euclidean norm over some axes, by default all: `sqrt(sum(x ** 2))`.",
    accepts=FLOATS,
    evaluate=lambda x, axes, keepdims: np.sqrt(_sum(x * x, axes, keepdims)),
    vjp=lambda b, g, y, x, axes, keepdims: expand(b, b.where(b.equal(y, 0), 0, g / y), axes, keepdims) * x,
    empty=True,
    subgradient="0 at the origin",
)


def _logsumexp(x: Any, axes: Axes, keepdims: bool) -> Any:
    top = np.maximum.reduce(x, axis=axes, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, x.dtype.type(0))  # inf - inf would be NaN
    result = np.log(_sum(np.exp(x - top), axes, True)) + top
    return result if keepdims else np.squeeze(result, axes)


def _logsumexp_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """The softmax, `exp(x - y)`.  Where every x is -inf, so is y: it is replaced, and the softmax is 0."""
    y = b.where(b.equal(y, -np.inf), 0, y)
    return expand(b, g, axes, keepdims) * b.exp(x - expand(b, y, axes, keepdims))


logsumexp = _reduction(
    "logsumexp",
    """Logarithm of the sum of exponentials over some axes, by default all, without overflow.

    -inf where all elements are, or where there are none.""",
    accepts=FLOATS,
    evaluate=_logsumexp,
    vjp=_logsumexp_vjp,
    empty=True,
    subgradient="0 where all elements are -inf",
)

# ---------------------------------------------------------------- extremes


def _extreme_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    attained = b.equal(x, expand(b, y, axes, keepdims))
    ties = b.cast(b.sum(attained, axes, keepdims), g.dtype)
    return Masked(spread(b, g / ties, x, axes, keepdims), attained, clean=False)


max_ = _reduction(
    "max",
    "Largest element over some axes, by default all; NaN if any is.  There must be at least one element.",
    accepts=NUMBERS,
    evaluate=_by(np.maximum),
    vjp=_extreme_vjp,
    empty=False,
    subgradient="equal shares to all elements that attain it",
)

min_ = _reduction(
    "min",
    "Smallest element over some axes, by default all; NaN if any is.  There must be at least one element.",
    accepts=NUMBERS,
    evaluate=_by(np.minimum),
    vjp=_extreme_vjp,
    empty=False,
    subgradient="equal shares to all elements that attain it",
)

any_ = _reduction(
    "any",
    "Is any element true?  False over no elements.",
    accepts=BOOLS,
    evaluate=_by(np.logical_or),
    vjp=NotDifferentiable("the result is a boolean"),
    empty=True,
)

all_ = _reduction(
    "all",
    "Are all elements true?  True over no elements.",
    accepts=BOOLS,
    evaluate=_by(np.logical_and),
    vjp=NotDifferentiable("the result is a boolean"),
    empty=True,
)


# ---------------------------------------------------------------- positions


def _position_rule(x: TensorType, axis: int | None, keepdims: bool) -> Inferred:
    """Of the flattened elements for axis None, which of a vector is axis 0."""
    if axis is None and x.rank == 1:
        axis = 0
    axes = tuple(range(x.rank)) if axis is None else (normalise_axis(axis, x.rank),)
    size = product(tuple(x.shape[a] for a in axes))
    if size == 0:
        raise TypeRuleError("E0309", f"{x} has no elements to choose from")
    guards = () if isinstance(size, int) else (Guard(1, "<=", size),)
    result = TensorType(I64, reduced_shape(x.shape, axes, bool(keepdims)))
    return Inferred((result,), (None if axis is None else axes[0], bool(keepdims)), guards)


def _position(name: str, numpy: Callable[..., Any], which: str) -> Ordering:
    return Ordering(
        name=name,
        params=(Operand("x", ANY), Attribute("axis", "axis", None), Attribute("keepdims", "bool", False)),
        doc=f"""Position of the {which} element along an axis, or among the flattened elements.

        An i64; the first one of several.  The first NaN, if there is one.""",
        evaluate=lambda x, axis, keepdims: numpy(x, axis=axis, keepdims=keepdims),
        vjp=NotDifferentiable("the result is an integer"),
        mask="opaque",
        subgradient=None,
        spelling=CALL,
        rule=_position_rule,
    )


argmax = _position("argmax", np.argmax, "largest")
argmin = _position("argmin", np.argmin, "smallest")

RECORDS = (sum_, prod, mean, variance, std, norm, logsumexp, max_, min_, any_, all_, argmax, argmin)
