"""Shape: views that rearrange or repeat elements.  Joining, splitting and padding are in `joining`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, Guard, Poly, decide_eq, decide_lt, floordiv, product
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Inferred,
    MaskRule,
    NotDifferentiable,
    Note,
    Operand,
    Param,
    TypeRuleError,
    View,
    Vjp,
    normalise_axes,
    normalise_axis,
    within_limit,
)
from graphc.ir.polynomial import exact_quotient
from graphc.ir.types import ELEMENTS, Array, TensorType

Axes = tuple[int, ...]
X = Operand("x", ELEMENTS)


def view(
    name: str,
    params: tuple[Param, ...],
    doc: str,
    *,
    rule: Callable[..., Inferred],
    evaluate: Callable[..., Any],
    vjp: Vjp | NotDifferentiable,
    mask: MaskRule,
) -> View:
    """A record without kinks, called by its name."""
    return View(
        name=name,
        params=params,
        doc=doc,
        evaluate=evaluate,
        vjp=vjp,
        mask=mask,
        subgradient=None,
        spelling=CALL,
        rule=rule,
    )


def listed(shape: Sequence[Dim] | Dim) -> tuple[Dim, ...]:
    """A shape as it may be written: a list of sizes, or one."""
    return (shape,) if isinstance(shape, int | Poly) else tuple(shape)


def shown(shape: Sequence[Dim]) -> str:
    return f"[{', '.join(map(str, shape))}]"


# ---------------------------------------------------------------- reshape


def _resolved(x: TensorType, shape: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """`shape` with its -1 replaced by the size that is left."""
    if shape.count(-1) > 1:
        raise TypeRuleError(
            "E0309", f"{shown(shape)} has more than one -1", (), f"reshape({{0}}, {shown(_but_last(shape))})"
        )
    at, rest = shape.index(-1), product(tuple(d for d in shape if d != -1))
    if rest == 0:
        raise TypeRuleError("E0309", f"the -1 in {shown(shape)} could be any size")
    size: Dim | None
    if isinstance(rest, int):
        size = floordiv(x.size, rest)
        if isinstance(x.size, int) and x.size % rest:
            raise TypeRuleError("E0310", f"{x.size} elements don't fill {shown(shape)}", (Note(0, f"{x}"),))
    else:
        size = exact_quotient(x.size, rest)
        size = floordiv(x.size, rest) if size is None else size
    return (*shape[:at], size, *shape[at + 1 :])


def _but_last(shape: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """`shape` with its last -1 alone."""
    last = len(shape) - 1 - shape[::-1].index(-1)
    return tuple(1 if d == -1 and i != last else d for i, d in enumerate(shape))


def _reshape_hint(size: Dim, shape: tuple[Dim, ...]) -> str | None:
    """The shape with what is left in the place of one size, if it divides."""
    for i in reversed(range(len(shape))):
        rest = product(shape[:i] + shape[i + 1 :])
        if isinstance(size, int) and isinstance(rest, int) and rest > 0 and size % rest == 0:
            return f"reshape({{0}}, {shown((*shape[:i], size // rest, *shape[i + 1 :]))})"
    return None


def _reshape_rule(x: TensorType, shape: Sequence[Dim] | Dim) -> Inferred:
    to = listed(shape)
    if -1 in to:
        to = _resolved(x, to)
    result = within_limit(x.with_shape(to))
    if result.size == x.size:
        return Inferred((result,), (to,))
    if decide_eq(result.size, x.size) is False:
        raise TypeRuleError(
            "E0310",
            f"{shown(x.shape)} can't be reshaped to {shown(to)}",
            (Note(0, f"{x.size} elements, but {result.size} are asked for"),),
            _reshape_hint(x.size, to),
        )
    return Inferred((result,), (to,), (Guard(result.size, "==", x.size),))


reshape = view(
    "reshape",
    (X, Attribute("shape", "shape", REQUIRED)),
    """The same elements in another shape, in row-major order.

    One size may be -1: what is left.""",
    rule=_reshape_rule,
    evaluate=lambda x, shape: np.reshape(x, shape),
    vjp=lambda b, g, y, x, shape: b.reshape(g, x.shape),
    mask="moves",
)

# ---------------------------------------------------------------- axes


def _transpose_rule(x: TensorType, axes: Sequence[int] | None) -> Inferred:
    if axes is None:
        order: Axes = tuple(reversed(range(x.rank)))
    else:
        named = listed(axes)
        order = tuple(normalise_axis(a, x.rank) for a in named if isinstance(a, int))
        if sorted(order) != list(range(x.rank)):
            raise TypeRuleError("E0309", f"{shown(named)} must name each of the {x.rank} axes once")
    return Inferred((x.with_shape(tuple(x.shape[a] for a in order)),), (order,))


def _inverse(order: Axes) -> Axes:
    return tuple(order.index(a) for a in range(len(order)))


transpose = view(
    "transpose",
    (X, Attribute("axes", "ints", None)),
    """The axes in another order, by default reversed.

    Axis i of the result is axis `axes[i]` of x.  `x.T` swaps the last two.""",
    rule=_transpose_rule,
    evaluate=lambda x, axes: np.transpose(x, axes),
    vjp=lambda b, g, y, x, axes: b.transpose(g, _inverse(axes)),
    mask="moves",
)


def _squeeze_rule(x: TensorType, axis: Sequence[int] | int | None) -> Inferred:
    axes = tuple(i for i, d in enumerate(x.shape) if d == 1) if axis is None else normalise_axes(axis, x.rank)
    guards = []
    for a in axes:
        if x.shape[a] == 1:
            continue
        if decide_eq(x.shape[a], 1) is False:
            note = Note(0, f"axis {a} of {x} has size {x.shape[a]}", a)
            raise TypeRuleError("E0310", "only an axis of size 1 can be squeezed", (note,))
        guards.append(Guard(x.shape[a], "==", 1))
    kept = tuple(d for i, d in enumerate(x.shape) if i not in axes)
    return Inferred((x.with_shape(kept),), (axes,), tuple(guards))


def _squeeze_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes) -> Any:
    """A size that is 1 only by a guard comes back as it was written."""
    g = b.expand_dims(g, axes) if axes else g
    return g if g.shape == x.shape else b.reshape(g, x.shape)


squeeze = view(
    "squeeze",
    (X, Attribute("axis", "axes", None)),
    "Without axes of size 1: those given, by default all.",
    rule=_squeeze_rule,
    evaluate=lambda x, axes: np.squeeze(x, axes),
    vjp=_squeeze_vjp,
    mask="moves",
)


def _expand_dims_rule(x: TensorType, axis: Sequence[int] | int) -> Inferred:
    count = 1 if isinstance(axis, int) else len(axis)
    axes = normalise_axes(axis, x.rank + count)
    sizes = iter(x.shape)
    shape = tuple(1 if i in axes else next(sizes) for i in range(x.rank + count))
    return Inferred((x.with_shape(shape),), (axes,))


def _expand_dims(x: Array, axes: Axes) -> Any:
    shape = list(x.shape)
    for a in axes:
        shape.insert(a, 1)
    return x.reshape(shape)


expand_dims = view(
    "expand_dims",
    (X, Attribute("axis", "axes", REQUIRED)),
    "With new axes of size 1, at the given positions of the result.",
    rule=_expand_dims_rule,
    evaluate=_expand_dims,
    vjp=lambda b, g, y, x, axes: b.squeeze(g, axes) if axes else g,
    mask="moves",
)


def _flip_rule(x: TensorType, axis: Sequence[int] | int | None) -> Inferred:
    return Inferred((x,), (normalise_axes(axis, x.rank),))


flip = view(
    "flip",
    (X, Attribute("axis", "axes", None)),
    "The elements in reverse order along some axes, by default all.",
    rule=_flip_rule,
    evaluate=lambda x, axes: np.flip(x, axes).copy(),  # NumPy gives exp(x), x ** y, … other bits where x runs backwards
    vjp=lambda b, g, y, x, axes: b.flip(g, axes),
    mask="moves",
)


def _roll_rule(x: TensorType, shift: Dim, axis: int | None) -> Inferred:
    if axis is None and x.rank == 1:
        axis = 0
    return Inferred((x,), (shift, None if axis is None else normalise_axis(axis, x.rank)))


roll = view(
    "roll",
    (X, Attribute("shift", "dim", REQUIRED), Attribute("axis", "axis", None)),
    """The elements moved by `shift` places along an axis; those that leave at the end come back at the start.

    Without an axis, the elements are rolled in row-major order.""",
    rule=_roll_rule,
    evaluate=lambda x, shift, axis: np.roll(x, shift, axis),
    vjp=lambda b, g, y, x, shift, axis: b.roll(g, -shift, axis),
    mask="moves",
)

# ---------------------------------------------------------------- repeating


def _broadcast_rule(x: TensorType, shape: Sequence[Dim] | Dim) -> Inferred:
    to = listed(shape)
    lead = len(to) - x.rank
    for i, d in enumerate(x.shape):
        if lead < 0 or d not in (1, to[lead + i]):
            note = Note(0, f"{d} can't become {to[lead + i]}" if lead >= 0 else f"{x.rank} axes", i)
            raise TypeRuleError("E0302", f"{shown(x.shape)} doesn't broadcast to {shown(to)}", (note,))
    return Inferred((within_limit(x.with_shape(to)),), (to,))


def _broadcast_vjp(b: Any, g: Any, y: Any, x: Any, shape: tuple[Dim, ...]) -> Any:
    lead = len(shape) - x.rank
    new = tuple(range(lead))
    grown = tuple(i for i, d in enumerate(x.shape) if d != shape[lead + i])
    if not new:
        return b.sum(g, grown, keepdims=True) if grown else g
    g = b.sum(g, (*new, *(lead + i for i in grown)))
    return b.expand_dims(g, grown) if grown else g


broadcast_to = view(
    "broadcast_to",
    (X, Attribute("shape", "shape", REQUIRED)),
    "x repeated along new leading axes, and along axes of size 1, to a shape.",
    rule=_broadcast_rule,
    evaluate=lambda x, shape: np.broadcast_to(x, shape),
    vjp=_broadcast_vjp,
    mask="accumulates",
)


def _tile_rule(x: TensorType, reps: Sequence[Dim] | Dim) -> Inferred:
    times = listed(reps)
    times = (1,) * (x.rank - len(times)) + times
    old = (1,) * (len(times) - x.rank) + x.shape
    return Inferred((within_limit(x.with_shape(tuple(r * d for r, d in zip(times, old, strict=True)))),), (times,))


def _sum_copies(b: Any, g: Any, x: Any, times: Sequence[Dim], outer: bool) -> Any:
    """Sum over the copies of each axis, which stand outside the axis (`tile`) or inside it (`repeat`)."""
    lead = len(times) - x.rank
    shape: list[Dim] = []
    copies: list[int] = []
    for i, r in enumerate(times):
        old = () if i < lead else (x.shape[i - lead],)
        if r == 1 and old:
            shape.extend(old)
        else:
            copies.append(len(shape) + (0 if outer else len(old)))
            shape.extend((r, *old) if outer else (*old, r))
    return b.sum(b.reshape(g, shape), copies) if copies else g


tile = view(
    "tile",
    (X, Attribute("reps", "shape", REQUIRED)),
    "Copies of x side by side, `reps` of them along each axis; missing axes of x or of `reps` are leading ones.",
    rule=_tile_rule,
    evaluate=lambda x, reps: np.tile(x, reps),
    vjp=lambda b, g, y, x, reps: _sum_copies(b, g, x, reps, outer=True),
    mask="accumulates",
)


def _repeat_rule(x: TensorType, repeats: Dim, axis: int | None) -> Inferred:
    if axis is None:
        if x.rank != 1:
            raise TypeRuleError("E0306", f"repeat of {x} needs an axis", (), f"repeat({{0}}, {repeats}, axis=0)")
        axis = 0
    axis = normalise_axis(axis, x.rank)
    if decide_lt(repeats, 0):
        raise TypeRuleError("E0309", f"the repeats {repeats} are negative")
    shape = (*x.shape[:axis], x.shape[axis] * repeats, *x.shape[axis + 1 :])
    return Inferred((within_limit(x.with_shape(shape)),), (repeats, axis))


def _repeat_vjp(b: Any, g: Any, y: Any, x: Any, repeats: Dim, axis: int) -> Any:
    times = [repeats if i == axis else 1 for i in range(x.rank)]
    return _sum_copies(b, g, x, times, outer=False)


repeat = view(
    "repeat",
    (X, Attribute("repeats", "dim", REQUIRED), Attribute("axis", "axis", None)),
    "Each element `repeats` times along an axis, which may be left out for a vector.",
    rule=_repeat_rule,
    evaluate=lambda x, repeats, axis: np.repeat(x, repeats, axis),
    vjp=_repeat_vjp,
    mask="accumulates",
)

RECORDS = (reshape, transpose, squeeze, expand_dims, flip, roll, broadcast_to, tile, repeat)
