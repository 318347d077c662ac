"""Gathering: indexing with integer tensors (`x[idx]`, `x[i, j]`), and the scatters that are its derivatives.

Negative indices count from the end, as everywhere; an index that is out of range is an error while running.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphc.ir.dims import Dim, product
from graphc.ir.op import (
    REQUIRED,
    Attribute,
    EvaluationError,
    Inferred,
    Masked,
    NotDifferentiable,
    Note,
    Operand,
    TypeRuleError,
    normalise_axis,
    within_limit,
)
from graphc.ir.types import BOOL, ELEMENTS, I64, INTS, NUMBERS, Array, TensorType
from graphc.ops.shape import listed, shown, view
from graphc.ops.summation import add_at

Positions = npt.NDArray[np.int64]

X, N = Operand("x", ELEMENTS), Operand("x", NUMBERS)
INDICES = Operand("indices", INTS, group=None)
UPDATES = Operand("updates", ELEMENTS)
AXIS = Attribute("axis", "axis", 0)


def positions(indices: Array, size: int, axis: int) -> Positions:
    """Indices from 0 up.  Raises EvaluationError E0605 for the first that is out of range."""
    given: Any = np.asarray(indices)
    wrong = (given < -size) | (given >= size) if given.dtype.kind != "u" else given >= size
    if np.any(wrong):
        first = given[wrong].flat[0] if given.ndim else given[()]
        raise EvaluationError("E0605", f"index {first} is out of range for axis {axis} of size {size}")
    places = given.astype(np.int64)
    return np.where(places < 0, places + size, places)  # type: ignore[no-any-return]


def _adding(place: Callable[..., Any]) -> Callable[..., Array]:
    def evaluate(x: Array, indices: Array, updates: Array, *axis: int) -> Array:
        result = np.array(x)
        add_at(result, place(x, indices, *axis), updates)
        return result

    return evaluate


def _putting(place: Callable[..., Any]) -> Callable[..., Array]:
    def evaluate(x: Array, indices: Array, updates: Array, *axis: int) -> Array:
        result = np.array(x)
        result[place(x, indices, *axis)] = np.asarray(updates)[()]  # an object, and no array of one
        return result

    return evaluate


def _expect(updates: TensorType, shape: tuple[Dim, ...]) -> None:
    if updates.shape != shape:
        note = Note(2, f"{updates}")
        raise TypeRuleError("E0310", f"the updates have shape {shown(updates.shape)}, not {shown(shape)}", (note,))


def _order(b: Any, shape: Sequence[Dim]) -> Any:
    """0, 1, 2, … in row-major order."""
    return b.reshape(b.arange(0, product(tuple(shape)), 1, I64), tuple(shape))


# ---------------------------------------------------------------- whole slices along an axis


def _taken(x: TensorType, indices: TensorType, axis: int) -> tuple[int, tuple[Dim, ...]]:
    axis = normalise_axis(axis, x.rank)
    return axis, (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def _take_rule(x: TensorType, indices: TensorType, axis: int) -> Inferred:
    axis, shape = _taken(x, indices, axis)
    return Inferred((within_limit(x.with_shape(shape)),), (axis,))


def _take(x: Array, indices: Any, axis: int) -> Any:
    if indices.dtype.kind != "i":
        indices = positions(indices, x.shape[axis], axis)
    try:
        return np.take(x, indices, axis)
    except IndexError:
        positions(indices, x.shape[axis], axis)  # raises, with the index that is out of range
        raise


def _take_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any, axis: int) -> Any:
    def mask() -> Any:
        return b.scatter_set(b.zeros(x.shape, BOOL), indices, b.ones(g.shape, BOOL), axis)

    return Masked(b.scatter_add(b.zeros(x.shape, g.dtype), indices, g, axis), mask, clean=True), None


take = view(
    "take",
    (X, INDICES, AXIS),
    """The slices of x at `indices` along an axis, `x[indices]`.

    `indices` may have any rank; its axes stand in the place of the one that is indexed.""",
    rule=_take_rule,
    evaluate=_take,
    vjp=_take_vjp,
    mask="accumulates",
)


def _scatter_rule(x: TensorType, indices: TensorType, updates: TensorType, axis: int) -> Inferred:
    axis, shape = _taken(x, indices, axis)
    _expect(updates, shape)
    return Inferred((x,), (axis,))


def _place(x: Array, indices: Array, axis: int) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, positions(indices, x.shape[axis], axis))


scatter_add = view(
    "scatter_add",
    (N, INDICES, Operand("updates", NUMBERS), AXIS),
    "x with `updates` added at `indices` along an axis, one after the other where indices repeat.",
    rule=_scatter_rule,
    evaluate=_adding(_place),
    vjp=lambda b, g, y, x, indices, updates, axis: (g, None, b.take(g, indices, axis)),
    mask="accumulates",
)


def _scatter_set_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any, updates: Any, axis: int) -> Any:
    """What was overwritten has no cotangent: x at the indices, and of equal indices all but the last."""
    nothing = b.zeros(updates.shape, g.dtype)

    def kept() -> Any:
        return b.scatter_set(b.ones(x.shape, BOOL), indices, b.zeros(updates.shape, BOOL), axis)

    def last() -> Any:
        order = _order(b, indices.shape)
        winner = b.scatter_set(b.zeros((x.shape[axis],), I64), indices, order, 0)
        won = b.equal(b.take(winner, indices, 0), order)
        trailing = tuple(range(won.rank, won.rank + x.rank - axis - 1))
        return b.broadcast_to(b.expand_dims(won, trailing) if trailing else won, updates.shape)

    x_cotangent = Masked(b.scatter_set(g, indices, nothing, axis), kept, clean=True)
    return x_cotangent, None, Masked(b.take(g, indices, axis), last, clean=False)


scatter_set = view(
    "scatter_set",
    (X, INDICES, UPDATES, AXIS),
    "x with `updates` put at `indices` along an axis, `x[indices] = updates`; of equal indices the last wins.",
    rule=_scatter_rule,
    evaluate=_putting(_place),
    vjp=_scatter_set_vjp,
    mask="moves",
)

# ---------------------------------------------------------------- single elements along an axis


def _along_rule(x: TensorType, indices: TensorType, axis: int) -> Inferred:
    axis = normalise_axis(axis, x.rank)
    others = [i for i in range(x.rank) if i != axis]
    if indices.rank != x.rank or any(indices.shape[i] != x.shape[i] for i in others):
        notes = (Note(0, f"{x}"), Note(1, f"{indices}"))
        raise TypeRuleError("E0310", f"the indices must have the shape of x but for axis {axis}", notes)
    return Inferred((x.with_shape(indices.shape),), (axis,))


def _update_along_rule(x: TensorType, indices: TensorType, updates: TensorType, axis: int) -> Inferred:
    inferred = _along_rule(x, indices, axis)
    _expect(updates, indices.shape)
    return Inferred((x,), inferred.attrs)


def _grid(x: Array, indices: Array, axis: int) -> tuple[Any, ...]:
    """`indices` along one axis, all places along the others."""
    grid = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    grid[axis] = positions(indices, x.shape[axis], axis)
    return tuple(grid)


def _take_along_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any, axis: int) -> Any:
    def mask() -> Any:
        return b.put_along_axis(b.zeros(x.shape, BOOL), indices, b.ones(g.shape, BOOL), axis)

    return Masked(b.add_along_axis(b.zeros(x.shape, g.dtype), indices, g, axis), mask, clean=True), None


take_along_axis = view(
    "take_along_axis",
    (X, INDICES, AXIS),
    "Elements of x whose places along an axis are `indices`, and along the others their own: what `argsort` is for.",
    rule=_along_rule,
    evaluate=lambda x, indices, axis: x[_grid(x, indices, axis)],
    vjp=_take_along_vjp,
    mask="accumulates",
)

add_along_axis = view(
    "add_along_axis",
    (N, INDICES, Operand("updates", NUMBERS), AXIS),
    "x with `updates` added to the elements that `take_along_axis` takes.",
    rule=_update_along_rule,
    evaluate=_adding(_grid),
    vjp=lambda b, g, y, x, indices, updates, axis: (g, None, b.take_along_axis(g, indices, axis)),
    mask="accumulates",
)


def _put_along_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any, updates: Any, axis: int) -> Any:
    """What was overwritten has no cotangent: x at the indices, and of equal indices all but the last."""

    def kept() -> Any:
        return b.put_along_axis(b.ones(x.shape, BOOL), indices, b.zeros(updates.shape, BOOL), axis)

    def last() -> Any:
        order = _order(b, indices.shape)
        winner = b.put_along_axis(b.zeros(x.shape, I64), indices, order, axis)
        return b.equal(b.take_along_axis(winner, indices, axis), order)

    x_cotangent = Masked(b.put_along_axis(g, indices, b.zeros(updates.shape, g.dtype), axis), kept, clean=True)
    return x_cotangent, None, Masked(b.take_along_axis(g, indices, axis), last, clean=False)


put_along_axis = view(
    "put_along_axis",
    (X, INDICES, UPDATES, AXIS),
    "x with `updates` in the places that `take_along_axis` takes; of equal places the last wins.",
    rule=_update_along_rule,
    evaluate=_putting(_grid),
    vjp=_put_along_vjp,
    mask="moves",
)

# ---------------------------------------------------------------- several axes at once


def _nd_shape(x: TensorType, indices: TensorType) -> tuple[Dim, ...]:
    count = indices.shape[-1] if indices.rank else None
    if not isinstance(count, int) or not 1 <= count <= x.rank:
        hint = "take_nd({0}, stack([i, j], axis=-1))"
        raise TypeRuleError("E0311", f"the last axis of the indices must have a size from 1 to {x.rank}",
                            (Note(1, f"{indices}"),), hint)  # fmt: skip
    return (*indices.shape[:-1], *x.shape[count:])


def _take_nd_rule(x: TensorType, indices: TensorType) -> Inferred:
    return Inferred((within_limit(x.with_shape(_nd_shape(x, indices))),))


def _update_nd_rule(x: TensorType, indices: TensorType, updates: TensorType) -> Inferred:
    _expect(updates, _nd_shape(x, indices))
    return Inferred((x,))


def _nd(x: Array, indices: Array) -> tuple[Any, ...]:
    return tuple(positions(indices[..., k], x.shape[k], k) for k in range(indices.shape[-1]))


def _take_nd_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any) -> Any:
    def mask() -> Any:
        return b.put_nd(b.zeros(x.shape, BOOL), indices, b.ones(g.shape, BOOL))

    return Masked(b.add_nd(b.zeros(x.shape, g.dtype), indices, g), mask, clean=True), None


take_nd = view(
    "take_nd",
    (X, INDICES),
    "Slices of x at places along its leading axes, `x[i, j]`: the last axis of `indices` holds i and j.",
    rule=_take_nd_rule,
    evaluate=lambda x, indices: x[_nd(x, indices)],
    vjp=_take_nd_vjp,
    mask="accumulates",
)

add_nd = view(
    "add_nd",
    (N, INDICES, Operand("updates", NUMBERS)),
    "x with `updates` added to the slices that `take_nd` takes, one after the other where places repeat.",
    rule=_update_nd_rule,
    evaluate=_adding(_nd),
    vjp=lambda b, g, y, x, indices, updates: (g, None, b.take_nd(g, indices)),
    mask="accumulates",
)


def _put_nd_vjp(b: Any, g: Any, y: Any, x: Any, indices: Any, updates: Any) -> Any:
    """What was overwritten has no cotangent: x at the indices, and of equal places all but the last."""

    def kept() -> Any:
        return b.put_nd(b.ones(x.shape, BOOL), indices, b.zeros(updates.shape, BOOL))

    def last() -> Any:
        count = indices.shape[-1]
        order = _order(b, indices.shape[:-1])
        won = b.equal(b.take_nd(b.put_nd(b.zeros(x.shape[:count], I64), indices, order), indices), order)
        trailing = tuple(range(won.rank, updates.rank))
        return b.broadcast_to(b.expand_dims(won, trailing) if trailing else won, updates.shape)

    x_cotangent = Masked(b.put_nd(g, indices, b.zeros(updates.shape, g.dtype)), kept, clean=True)
    return x_cotangent, None, Masked(b.take_nd(g, indices), last, clean=False)


put_nd = view(
    "put_nd",
    (X, INDICES, UPDATES),
    "x with `updates` in the places that `take_nd` takes, `x[i, j] = updates`; of equal places the last wins.",
    rule=_update_nd_rule,
    evaluate=_putting(_nd),
    vjp=_put_nd_vjp,
    mask="moves",
)

# ---------------------------------------------------------------- repeated places


def _repeats_rule(indices: TensorType, sizes: Sequence[Dim] | Dim) -> Inferred:
    given = listed(sizes)
    if not indices.rank or indices.shape[-1] != len(given):
        message = f"the last axis of the indices has a place for each of the {len(given)} sizes"
        raise TypeRuleError("E0311", message, (Note(0, f"{indices}"),))
    turn = TensorType(I64, indices.shape[:-1])
    return Inferred((turn, turn, TensorType(I64)), (given,))


def _repeats(indices: Array, sizes: tuple[int, ...]) -> Any:
    """A stable sort brings equal places together, each group in the order in which they stand."""
    shape = indices.shape[:-1]
    flat = np.zeros(math.prod(shape), np.int64)
    for k, size in enumerate(sizes):
        flat = flat * size + np.ravel(positions(indices[..., k], size, k))
    order = np.argsort(flat, kind="stable")
    count = np.arange(order.size)
    fresh = np.diff(flat[order], prepend=-1) != 0
    ranks = count - np.maximum.accumulate(np.where(fresh, count, 0))
    turn, before = np.empty_like(order), np.empty_like(order)
    turn[order] = ranks
    before[order] = np.where(fresh, order, np.roll(order, 1))
    return turn.reshape(shape), before.reshape(shape), np.int64(ranks.max(initial=0))


repeats = view(
    "repeats",
    (INDICES, Attribute("sizes", "shape", REQUIRED)),
    """How often each place stood before among `indices`, where it stood last, and the largest such number.

    The last axis of `indices` holds a place of a tensor of so many `sizes`, as in `take_nd`.  A place that is new stood
    last where it stands.  Where it stood is counted over all of `indices`, in C order.""",
    rule=_repeats_rule,
    evaluate=_repeats,
    vjp=NotDifferentiable("the results are integers"),
    mask="opaque",
)

RECORDS = (
    take,
    scatter_add,
    scatter_set,
    take_along_axis,
    add_along_axis,
    put_along_axis,
    take_nd,
    add_nd,
    put_nd,
    repeats,
)
