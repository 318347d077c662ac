"""Ordering: sorts, running sums, products and maxima along an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, Guard, decide_le
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Inferred,
    Masked,
    NotDifferentiable,
    Note,
    Operand,
    Ordering,
    TypeRuleError,
    normalise_axis,
)
from graphc.ir.types import ANY, BOOL, ELEMENTS, FLOATS, I64, NUMBERS, Array, TensorType, accumulator, accumulator_of

DESCENDING = Attribute("descending", "bool", False)
REVERSE = Attribute("reverse", "bool", False)
EXCLUSIVE = Attribute("exclusive", "bool", False)
VECTOR_AXIS = Attribute("axis", "axis", None)

# ---------------------------------------------------------------- sorts


def _argsort(x: Array, axis: int, descending: bool) -> Any:
    """Stable both ways: equal elements keep their order."""
    if not descending:
        return np.argsort(x, axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, kind="stable"), axis)


def _sort(x: Array, axis: int, descending: bool) -> Any:
    if not descending:
        return np.sort(x, axis, kind="stable")
    return np.take_along_axis(x, _argsort(x, axis, True), axis)


def _sort_rule(x: TensorType, axis: int, descending: bool) -> Inferred:
    return Inferred((x,), (normalise_axis(axis, x.rank), bool(descending)))


def _sort_vjp(b: Any, g: Any, y: Any, x: Any, axis: int, descending: bool) -> Any:
    """Back to where each element came from; a permutation, so that every place is written once."""
    return b.put_along_axis(b.zeros(x.shape, g.dtype), b.argsort(x, axis, descending), g, axis)


sort = Ordering(
    name="sort",
    params=(Operand("x", ELEMENTS), Attribute("axis", "axis", -1), DESCENDING),
    doc="The elements in ascending order along an axis.  NaN counts as the largest, and -0.0 and 0.0 as equal.",
    evaluate=_sort,
    vjp=_sort_vjp,
    mask="moves",
    subgradient="each to where it comes from; equal elements, -0.0 and 0.0 included, and NaNs keep their order",
    spelling=CALL,
    rule=_sort_rule,
)

argsort = Ordering(
    name="argsort",
    params=(Operand("x", ELEMENTS), Attribute("axis", "axis", -1), DESCENDING),
    doc="Where the elements of `sort` come from, as i64.  Equal elements keep their order.",
    evaluate=_argsort,
    vjp=NotDifferentiable("the result is an integer"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda x, axis, descending: Inferred((x.with_dtype(I64),), (normalise_axis(axis, x.rank), bool(descending))),
)


def _top_k_rule(x: TensorType, k: Dim, axis: int) -> Inferred:
    axis = normalise_axis(axis, x.rank)
    size = x.shape[axis]
    guards = []
    for low, high in ((0, k), (k, size)):
        holds = decide_le(low, high)
        if holds is False:
            message = f"top_k can't choose {k} elements" if low == 0 else f"there aren't {k} elements to choose"
            raise TypeRuleError("E0309", message, (Note(0, f"size {size}", axis),))
        if holds is None:
            guards.append(Guard(low, "<=", high))
    values = x.with_shape((*x.shape[:axis], k, *x.shape[axis + 1 :]))
    return Inferred((values, values.with_dtype(I64)), (k, axis), tuple(guards))


def _top_k(x: Array, k: int, axis: int) -> Any:
    order = _argsort(x, axis, True)[(*(slice(None),) * axis, slice(k))]
    return np.take_along_axis(x, order, axis), order


def _top_k_vjp(b: Any, g: Any, y: Any, x: Any, k: Dim, axis: int) -> Any:
    if g[0] is None:
        return None

    def spread(part: Any) -> Any:
        return b.put_along_axis(b.zeros(x.shape, part.dtype), y[1], part, axis)

    return Masked(spread(g[0]), lambda: spread(b.ones(g[0].shape, BOOL)), clean=True)


top_k = Ordering(
    name="top_k",
    params=(Operand("x", ELEMENTS), Attribute("k", "dim", REQUIRED), Attribute("axis", "axis", -1)),
    doc="The k largest elements along an axis, NaN first, in descending order, and where they come from.",
    evaluate=_top_k,
    vjp=_top_k_vjp,
    mask="moves",
    subgradient="each to where it comes from, the first of equal elements, -0.0 and 0.0 included; NaNs come first",
    spelling=CALL,
    rule=_top_k_rule,
)


def _searchsorted_rule(sorted: TensorType, values: TensorType, side: str) -> Inferred:
    if sorted.rank != 1:
        raise TypeRuleError("E0311", f"searchsorted looks in a vector, not in {sorted}", (Note(0, f"{sorted}"),))
    if side not in ("left", "right"):
        raise TypeRuleError("E0309", f'side is "left" or "right", not "{side}"')
    return Inferred((values.with_dtype(I64),), (side,))


searchsorted = Ordering(
    name="searchsorted",
    params=(Operand("sorted", NUMBERS), Operand("values", NUMBERS), Attribute("side", "string", "left")),
    doc="""Where `values` would be inserted into a sorted vector to keep it sorted, as i64.

    Before equal elements, or after them with `side="right"`.""",
    evaluate=lambda sorted, values, side: np.searchsorted(sorted, values, side),
    vjp=NotDifferentiable("the result is an integer"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_searchsorted_rule,
)

# ---------------------------------------------------------------- running sums and products


def scan_axis(name: str, x: TensorType, axis: int | None) -> int:
    """The axis of a scan, which may be left out for a vector.  Raises TypeRuleError E0306."""
    if axis is None and x.rank != 1:
        hint = f"{name}({{0}}, axis=0)" if x.rank else None
        raise TypeRuleError("E0306", f"{name} of {x} needs an axis", (Note(0, f"{x}"),), hint)
    return normalise_axis(axis or 0, x.rank)


def _running(ufunc: np.ufunc, initial: int) -> Callable[..., Any]:
    def evaluate(x: Array, axis: int, exclusive: bool, reverse: bool) -> Any:
        dtype = accumulator_of(x)
        x = np.flip(x, axis) if reverse else x
        y: Any = ufunc.accumulate(x, axis, dtype)
        if exclusive and x.shape[axis]:
            shifted: Any = np.roll(y, 1, axis)
            shifted[(*(slice(None),) * axis, 0)] = initial
            y = shifted
        return np.flip(y, axis).copy() if reverse else y

    return evaluate


def _scan_type(name: str) -> Callable[..., Inferred]:
    def rule(x: TensorType, axis: int | None, exclusive: bool, reverse: bool) -> Inferred:
        attrs = (scan_axis(name, x, axis), bool(exclusive), bool(reverse))
        return Inferred((x.with_dtype(accumulator(x.dtype)),), attrs)

    return rule


def _cumsum_vjp(b: Any, g: Any, y: Any, x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    return b.cumsum(g, axis, exclusive, not reverse)


cumsum = Ordering(
    name="cumsum",
    params=(Operand("x", ANY), VECTOR_AXIS, EXCLUSIVE, REVERSE),
    doc="""Running sums along an axis, which may be left out for a vector.

    `exclusive`: each without its own element, so that the first is 0; `reverse`: from the end.  Dtypes as in `sum`.
    Each is the one before it plus an element, so that in floats the last is less exact than `sum`.""",
    evaluate=_running(np.add, 0),
    vjp=_cumsum_vjp,
    mask="accumulates",
    subgradient=None,
    spelling=CALL,
    rule=_scan_type("cumsum"),
)


def _cumprod_vjp(b: Any, g: Any, y: Any, x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Products of the others without a division, so that zeros in x are right at every order.

    Forwards, x[i] has the cotangent L[i] * S[i], where L[i] is the product of the elements before it and
    S[i] = sum of g[k] * x[i+1] … x[k] over k >= i = g[i] + x[i+1] * S[i+1]; the sum of g[k] * x[i+1] … x[k-1] over
    k > i if `exclusive`.
    """
    if exclusive:
        return y * b.linear_recurrence(x, g, axis, not reverse)
    before = b.cumprod(x, axis, True, reverse)
    return before * (g + b.linear_recurrence(x, x * g, axis, not reverse))


def _reaches(b: Any, mask: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Where an element of a scan's operand reaches a result whose mask is true."""
    return b.not_equal(b.cumsum(b.cast(mask, I64), axis, exclusive, not reverse), 0)


def _cumprod_mask(b: Any, mask: Any, x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    return (_reaches(b, mask, axis, exclusive, reverse),)


cumprod = Ordering(
    name="cumprod",
    params=(Operand("x", ANY), VECTOR_AXIS, EXCLUSIVE, REVERSE),
    doc="""Running products along an axis, which may be left out for a vector.

    `exclusive`: each without its own element, so that the first is 1; `reverse`: from the end.  Dtypes as in `prod`.
    The derivative is right where elements are zero.""",
    evaluate=_running(np.multiply, 1),
    vjp=_cumprod_vjp,
    mask=_cumprod_mask,
    subgradient=None,
    spelling=CALL,
    rule=_scan_type("cumprod"),
)


def _recurrence_rule(a: TensorType, x: TensorType, axis: int | None, reverse: bool) -> Inferred:
    if a.shape != x.shape:
        notes = (Note(0, f"{a}"), Note(1, f"{x}"))
        raise TypeRuleError("E0310", f"{a} and {x} must have the same shape", notes)
    return Inferred((x,), (scan_axis("linear_recurrence", x, axis), bool(reverse)))


def _recurrence(a: Array, x: Array, axis: int, reverse: bool) -> Any:
    factors, terms = np.moveaxis(a, axis, 0), np.moveaxis(x, axis, 0)
    result = np.empty(terms.shape, terms.dtype)
    state: Any = np.zeros(terms.shape[1:], terms.dtype)
    for i in reversed(range(len(terms))) if reverse else range(len(terms)):
        result[i] = state
        state = factors[i] * state + terms[i]
    return np.moveaxis(result, 0, axis)


def _recurrence_vjp(b: Any, g: Any, z: Any, a: Any, x: Any, axis: int, reverse: bool) -> Any:
    """x[i] reaches z[i+1], …: its cotangent runs backwards through the same factors."""
    back = b.linear_recurrence(a, g, axis, not reverse)
    return back * z, back


def _recurrence_mask(b: Any, mask: Any, a: Any, x: Any, axis: int, reverse: bool) -> Any:
    reached = _reaches(b, mask, axis, True, reverse)
    return reached, reached


linear_recurrence = Ordering(
    name="linear_recurrence",
    params=(Operand("a", FLOATS), Operand("x", FLOATS), VECTOR_AXIS, REVERSE),
    doc="""States of a linear system along an axis: z[0] = 0 and z[i+1] = a[i] * z[i] + x[i].

    a and x have one shape, which is the result's: its elements are the states before each step.  Discounted sums,
    moving averages and recursive filters are `a * linear_recurrence(a, x) + x`.  `reverse`: from the end.""",
    evaluate=_recurrence,
    vjp=_recurrence_vjp,
    mask=_recurrence_mask,
    subgradient=None,
    spelling=CALL,
    rule=_recurrence_rule,
)

# ---------------------------------------------------------------- running maxima


def _cummax_rule(x: TensorType, axis: int | None, reverse: bool) -> Inferred:
    return Inferred((x,), (scan_axis("cummax", x, axis), bool(reverse)))


def _argcummax_rule(x: TensorType, axis: int | None, reverse: bool) -> Inferred:
    return Inferred((x.with_dtype(I64),), (scan_axis("argcummax", x, axis), bool(reverse)))


def _cummax(x: Array, axis: int, reverse: bool) -> Any:
    y = np.maximum.accumulate(np.flip(x, axis) if reverse else x, axis)
    return np.flip(y, axis).copy() if reverse else y


def _argcummax(x: Array, axis: int, reverse: bool) -> Any:
    """The last place at which the maximum rose; a NaN stays the maximum from where it stands."""
    values = np.moveaxis(np.flip(x, axis) if reverse else x, axis, 0)
    highest = np.maximum.accumulate(values, 0)
    rose = np.ones(values.shape, bool)
    rose[1:] = (highest[1:] != highest[:-1]) & ~(highest[:-1] != highest[:-1])
    steps = np.arange(len(values), dtype=np.int64).reshape(-1, *(1,) * (values.ndim - 1))
    places = np.moveaxis(np.maximum.accumulate(np.where(rose, steps, 0), 0), 0, axis)
    return np.flip(x.shape[axis] - 1 - places, axis) if reverse else places


def _cummax_vjp(b: Any, g: Any, y: Any, x: Any, axis: int, reverse: bool) -> Any:
    places = b.argcummax(x, axis, reverse)

    def mask() -> Any:
        return b.put_along_axis(b.zeros(x.shape, BOOL), places, b.ones(x.shape, BOOL), axis)

    return Masked(b.add_along_axis(b.zeros(x.shape, g.dtype), places, g, axis), mask, clean=True)


cummax = Ordering(
    name="cummax",
    params=(Operand("x", NUMBERS), VECTOR_AXIS, REVERSE),
    doc="Running maxima along an axis, which may be left out for a vector.  NaN from the first NaN on.",
    evaluate=_cummax,
    vjp=_cummax_vjp,
    mask="accumulates",
    subgradient="all to the first of equal elements, -0.0 and 0.0 included, and from the first NaN on to that",
    spelling=CALL,
    rule=_cummax_rule,
)

argcummax = Ordering(
    name="argcummax",
    params=(Operand("x", NUMBERS), VECTOR_AXIS, REVERSE),
    doc="Where the elements of `cummax` come from, as i64: the first of equal ones.",
    evaluate=_argcummax,
    vjp=NotDifferentiable("the result is an integer"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_argcummax_rule,
)

RECORDS = (sort, argsort, top_k, searchsorted, cumsum, cumprod, linear_recurrence, cummax, argcummax)
