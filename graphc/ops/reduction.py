"""Reductions: one value out of many, over some axes or all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Guard, product
from graphc.ir.op import (
    CALL,
    Attribute,
    Inferred,
    Masked,
    NotDifferentiable,
    Operand,
    Ordering,
    TypeRuleError,
    normalise_axis,
    reduced_shape,
)
from graphc.ir.types import ANY, BOOLS, I64, NUMBERS, Array, TensorType, accumulator, accumulator_of
from graphc.ops.reducing import Axes, by, expand, reduction, spread
from graphc.ops.summation import product as product_of
from graphc.ops.summation import total


def _accumulate_by(ufunc: np.ufunc, of_floats: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(x: Array, axes: Axes, keepdims: bool) -> Any:
        if x.dtype.kind == "f":
            return of_floats(x, axes, keepdims)
        return ufunc.reduce(x, axis=axes, dtype=accumulator_of(x), keepdims=keepdims)

    return evaluate


# ---------------------------------------------------------------- sums and products

sum_ = reduction(
    "sum",
    """Sum of the elements over some axes, by default all.

    Signed integers and booleans are summed in i64, unsigned ones in u64.  Floats keep their dtype and are summed
    pairwise along every axis, in one order whatever their layout in memory.  The sum of no elements is 0.""",
    accepts=ANY,
    evaluate=_accumulate_by(np.add, total),
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


prod = reduction(
    "prod",
    """Product of the elements over some axes, by default all.

    Signed integers and booleans are multiplied in i64, unsigned ones in u64; f32 in f64, rounded once.  The
    product of no elements is 1.  The derivative multiplies the other elements and is right where some are zero.""",
    accepts=ANY,
    evaluate=_accumulate_by(np.multiply, product_of),
    vjp=_prod_vjp,
    dtype=accumulator,
    empty=True,
)


# ---------------------------------------------------------------- extremes


ATTAINED = "equal shares to all elements that attain it, -0.0 and 0.0 alike; to the NaN elements if there are any"


def _extreme_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    attained = b.logical_or(b.equal(x, expand(b, y, axes, keepdims)), b.isnan(x))  # NaN is where a NaN comes from
    ties = b.cast(b.sum(attained, axes, keepdims), g.dtype)
    return Masked(spread(b, g / ties, x, axes, keepdims), attained, clean=False)


max_ = reduction(
    "max",
    """Largest element over some axes, by default all; NaN if any is, and of zeros with two signs either.

    There must be at least one element.""",
    accepts=NUMBERS,
    evaluate=by(np.maximum),
    vjp=_extreme_vjp,
    empty=False,
    subgradient=ATTAINED,
)

min_ = reduction(
    "min",
    """Smallest element over some axes, by default all; NaN if any is, and of zeros with two signs either.

    There must be at least one element.""",
    accepts=NUMBERS,
    evaluate=by(np.minimum),
    vjp=_extreme_vjp,
    empty=False,
    subgradient=ATTAINED,
)

any_ = reduction(
    "any",
    "Is any element true?  False over no elements.",
    accepts=BOOLS,
    evaluate=by(np.logical_or),
    vjp=NotDifferentiable("the result is a boolean"),
    empty=True,
)

all_ = reduction(
    "all",
    "Are all elements true?  True over no elements.",
    accepts=BOOLS,
    evaluate=by(np.logical_and),
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

RECORDS = (sum_, prod, max_, min_, any_, all_, argmax, argmin)
