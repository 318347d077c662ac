"""Indexing with constants (`x[0, 1:3, ::2]`), windows at run-time places (`slice`), and their updates.

A static index has a start, a stop and a step for each axis, in Python's meaning: negative places count from the end,
slices are clamped, `None` is an end.  Step 0 takes the one place `start`, which must exist, and drops the axis.
Indexing with tensors is in `gathering`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, Guard, Poly, ceildiv, decide_le, decide_lt, dim_max, dim_min
from graphc.ir.literal import shortened
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    EvaluationError,
    Inferred,
    Masked,
    Note,
    Operand,
    TypeRuleError,
    View,
)
from graphc.ir.types import BOOL, ELEMENTS, INTS, Array, TensorType
from graphc.ops.joining import extent
from graphc.ops.shape import listed, shown

Bound = Dim | None
Bounds = tuple[Bound, ...]
Steps = tuple[int, ...]

# ---------------------------------------------------------------- one axis


@dataclass(frozen=True, slots=True)
class Section:
    """The places `first`, `first + step`, … of an axis, `count` of them; step 0: one place, without the axis."""

    first: Dim
    count: Dim
    step: int

    def widths(self, size: Dim, to_end: bool) -> tuple[Dim, Dim]:
        """How much of the axis is before and after it."""
        if self.step == 0:
            return self.first, size - self.first - 1
        if to_end and self.step == 1:  # so that the sum is `size` in normal form
            return size - self.count, 0
        span = extent(self.count, abs(self.step) - 1)
        before = self.first
        if self.step < 0:
            before = dim_max(0, dim_min(before + (self.count - 1) * self.step, size - span))
        return before, size - before - span


def _is_negative(bound: Dim) -> bool:
    """Does it count from the end?  What could be either is taken as not, which `_sign_guards` makes sure of."""
    return bound < 0 if isinstance(bound, int) else decide_lt(bound, 0) is True


def _section(size: Dim, start: Bound, stop: Bound, step: int) -> Section:
    """`slice.indices` on symbolic sizes.  The clamped differences are one minimum, so that equal sizes look equal."""
    if step == 0:
        assert start is not None
        return Section(size + start if _is_negative(start) else start, 1, 0)
    last = size if step > 0 else size - 1
    low = 0 if step > 0 else -1
    if stop is None:
        ends = [last if step > 0 else low]
    elif _is_negative(stop):
        ends = [size + stop] if step > 0 else [size + stop, low]
    else:
        ends = [stop, last] if step > 0 else [stop]
    if start is None:
        starts = [low if step > 0 else last]
    elif _is_negative(start):
        starts = [size + start, low] if step > 0 else [size + start]
    else:
        starts = [start] if step > 0 else [start, last]
    if step > 0:
        first = dim_max(*starts) if len(starts) > 1 else dim_min(*starts, size)
        whole = starts == [0] and ends == [size]
        length = size if whole else dim_max(0, dim_min(*(e - s for e in ends for s in starts)))
    else:
        first = dim_min(*starts) if len(starts) > 1 else dim_max(*starts, low)
        length = (
            size if starts == [last] and ends == [low] else dim_max(0, dim_min(*(s - e for e in ends for s in starts)))
        )
    return Section(first, ceildiv(length, abs(step)), step)


def _sign_guards(*bounds: Bound) -> list[Guard]:
    return [Guard(0, "<=", d) for d in bounds if isinstance(d, Poly) and decide_le(0, d) is decide_lt(d, 0) is None]


def _index_guards(size: Dim, index: Dim, axis: int) -> list[Guard]:
    """That the place `index` exists.  Raises TypeRuleError E0307."""
    place = size + index if _is_negative(index) else index
    guards = []
    for low, high in ((0, place), (place + 1, size)):
        holds = decide_le(low, high)
        if holds is False:
            note = Note(0, f"axis {axis} has size {size}", axis)
            raise TypeRuleError("E0307", f"index {shortened(index)} is out of range", (note,))
        if holds is None:
            guards.append(Guard(low, "<=", high))
    return guards


def _normal(size: Dim, start: Bound, stop: Bound, step: int) -> tuple[Bound, Bound, int]:
    """The one way of writing an item: without negative places or clamping where the size is known."""
    if step == 0:
        return (start % size if isinstance(size, int) and isinstance(start, int) else start), None, 0
    known = isinstance(size, int) and not isinstance(start, Poly) and not isinstance(stop, Poly)
    if known:
        assert isinstance(size, int)
        start, stop, _ = slice(start, stop, step).indices(size)
        if step > 0:
            return start, (None if max(start, stop) == size else max(start, stop)), step
        if start <= stop:
            return 0, 0, step
        return (None if start == size - 1 else start), (None if stop < 0 else stop), step
    if step > 0:
        to_end = stop is not None and not _is_negative(stop) and decide_le(size, stop) is True
        return (0 if start is None else start), (None if to_end else stop), step
    return start, stop, step


# ---------------------------------------------------------------- all axes


def _complete(rank: int, *lists: Sequence[Any]) -> list[tuple[Any, ...]]:
    """One item per axis: the axes that an index leaves out are taken whole."""
    if max(map(len, lists)) > rank:
        raise TypeRuleError(
            "E0307", f"{max(map(len, lists))} indices for {rank} axes", (Note(0, f"it has {rank} axes"),)
        )
    whole = (0, None, 1)
    filled = [(*given, *(whole[k],) * (rank - len(given))) for k, given in enumerate(lists)]
    return list(zip(*filled, strict=True))


def _sections(x: TensorType, start: Bounds, stop: Bounds, step: Steps) -> list[Section]:
    return [_section(n, *item) for n, item in zip(x.shape, zip(start, stop, step, strict=True), strict=True)]


def _selection(
    x: TensorType, start: Sequence[Bound], stop: Sequence[Bound], step: Sequence[int]
) -> tuple[tuple[Dim, ...], tuple[Bounds, Bounds, Steps], tuple[Guard, ...]]:
    """Shape of `x[start:stop:step]`, the index in normal form, and guards."""
    guards: list[Guard] = []
    shape: list[Dim] = []
    items = []
    for axis, (size, (a, z, s)) in enumerate(zip(x.shape, _complete(x.rank, start, stop, step), strict=True)):
        s = 1 if s is None else s
        if isinstance(s, Poly) or (s == 0 and a is None):
            raise TypeRuleError("E0309", f"the step of a slice is an integer other than 0, not {s}")
        if s == 0:
            guards += _index_guards(size, a, axis)
        else:
            guards += _sign_guards(a, z)
            shape.append(_section(size, a, z, s).count)
        items.append(_normal(size, a, z, s))
    starts, stops, steps = zip(*items, strict=True) if items else ((), (), ())
    return tuple(shape), (starts, stops, steps), tuple(guards)


def _index(start: tuple[Any, ...], stop: tuple[Any, ...], step: Steps) -> tuple[int | slice, ...]:
    """NumPy's index."""
    return tuple([slice(a, z, s) if s else a for a, z, s in zip(start, stop, step, strict=True)])


INDEX = (
    Attribute("start", "index", REQUIRED),
    Attribute("stop", "index", REQUIRED),
    Attribute("step", "index", REQUIRED),
)


def _strided(x: Any, start: Bounds, stop: Bounds, step: Steps) -> Any:
    """A view; a copy of what would run backwards, which NumPy gives other bits."""
    view = x[_index(start, stop, step)]
    return view.copy() if min(step, default=0) < 0 else view


def _strided_rule(x: TensorType, start: Sequence[Bound], stop: Sequence[Bound], step: Sequence[int]) -> Inferred:
    shape, attrs, guards = _selection(x, start, stop, step)
    return Inferred((x.with_shape(shape),), attrs, guards)


def _strided_vjp(b: Any, g: Any, y: Any, x: Any, start: Bounds, stop: Bounds, step: Steps) -> Any:
    """The cotangent with zeros around and between."""
    sections = _sections(x.type, start, stop, step)
    dropped = tuple(i for i, s in enumerate(step) if s == 0)
    turned = tuple(i for i, s in enumerate(step) if s < 0)
    widths = tuple(s.widths(n, z is None) for s, n, z in zip(sections, x.shape, stop, strict=True))
    gaps = tuple(max(abs(s) - 1, 0) for s in step)

    def spread(part: Any) -> Any:
        part = b.expand_dims(part, dropped) if dropped else part
        part = b.flip(part, turned) if turned else part
        if any(gaps) or any(w != (0, 0) for w in widths):
            part = b.pad(part, widths, 0, gaps)
        return part if part.shape == x.shape else b.reshape(part, x.shape)

    return Masked(spread(g), lambda: spread(b.ones(g.shape, BOOL)), clean=True)


strided = View(
    name="strided",
    params=(Operand("x", ELEMENTS), *INDEX),
    doc="""Basic indexing, `x[0, 1:3, ::-1]`, with an item of `start`, `stop` and `step` for each axis.

    Slices are clamped as in NumPy.  Step 0 takes the one place `start`, which must exist, and drops the axis.""",
    evaluate=_strided,
    vjp=_strided_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_strided_rule,
)


def _fits(v: TensorType, shape: tuple[Dim, ...]) -> None:
    if v.shape != shape:
        note = Note(1, f"{v}")
        raise TypeRuleError("E0310", f"{shown(v.shape)} doesn't fit a part of shape {shown(shape)}", (note,))


def _set_strided_rule(
    x: TensorType, v: TensorType, start: Sequence[Bound], stop: Sequence[Bound], step: Sequence[int]
) -> Inferred:
    shape, attrs, guards = _selection(x, start, stop, step)
    _fits(v, shape)
    return Inferred((x,), attrs, guards)


def _set_strided(x: Array, v: Array, start: tuple[Any, ...], stop: tuple[Any, ...], step: Steps) -> Array:
    result = np.array(x)
    result[_index(start, stop, step)] = np.asarray(v)[()]  # among objects, an array of no axes would be one itself
    return result


def _set_strided_vjp(b: Any, g: Any, y: Any, x: Any, v: Any, start: Bounds, stop: Bounds, step: Steps) -> Any:
    kept = b.set_strided(g, b.zeros(v.shape, g.dtype), start, stop, step)

    def mask() -> Any:
        return b.set_strided(b.ones(x.shape, BOOL), b.zeros(v.shape, BOOL), start, stop, step)

    return Masked(kept, mask, clean=True), b.strided(g, start, stop, step)


set_strided = View(
    name="set_strided",
    params=(Operand("x", ELEMENTS), Operand("v", ELEMENTS), *INDEX),
    doc="""x with a part replaced: what `x[0, 1:3] = v` makes of x.

    The part is that of `strided` with the same `start`, `stop` and `step`, and v has its shape.""",
    evaluate=_set_strided,
    vjp=_set_strided_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_set_strided_rule,
)

# ---------------------------------------------------------------- windows at run-time places


def _window_guards(x: TensorType, start: TensorType, size: tuple[Dim, ...]) -> tuple[Guard, ...]:
    """Raises TypeRuleError where a window of `size` can't be anywhere in x."""
    if start.shape != (x.rank,) and not (x.rank == 1 and start.rank == 0):
        raise TypeRuleError("E0310", f"the start of a slice of {x} must be {x.rank} integers", (Note(1, f"{start}"),))
    if len(size) != x.rank:
        raise TypeRuleError("E0311", f"{shown(size)} must have a size for each axis of {x}", (Note(0, f"{x}"),))
    guards = []
    for axis, (d, n) in enumerate(zip(size, x.shape, strict=True)):
        for low, high in ((0, d), (d, n)):
            holds = decide_le(low, high)
            if holds is False:
                note = Note(0, f"size {n}", axis)
                raise TypeRuleError("E0307", f"a window of {d} doesn't fit axis {axis} of size {n}", (note,))
            if holds is None:
                guards.append(Guard(low, "<=", high))
    return tuple(guards)


def _slice_rule(x: TensorType, start: TensorType, size: Sequence[Dim] | Dim) -> Inferred:
    to = listed(size)
    guards = _window_guards(x, start, to)
    return Inferred((x.with_shape(to),), (to,), guards)


def _window(x: Array, start: Array, size: Sequence[int]) -> tuple[slice, ...]:
    places = [int(i) for i in np.reshape(start, -1)]
    for axis, (i, d, n) in enumerate(zip(places, size, np.shape(x), strict=True)):
        if not 0 <= i <= n - d:
            raise EvaluationError("E0605", f"a slice of {d} starting at {i} leaves axis {axis} of size {n}")
    return tuple(slice(i, i + d) for i, d in zip(places, size, strict=True))


def _slice_vjp(b: Any, g: Any, y: Any, x: Any, start: Any, size: tuple[Dim, ...]) -> Any:
    def spread(part: Any) -> Any:
        return b.set_slice(b.zeros(x.shape, part.dtype), part, start)

    return Masked(spread(g), lambda: spread(b.ones(g.shape, BOOL)), clean=True), None


slice_ = View(
    name="slice",
    params=(Operand("x", ELEMENTS), Operand("start", INTS, group=None), Attribute("size", "shape", REQUIRED)),
    doc="""A window of a known size at a place that is known at run time.

    `start` has an integer for each axis (or is one, for a vector).  A window that leaves x is an error.""",
    evaluate=lambda x, start, size: x[_window(x, start, size)],
    vjp=_slice_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_slice_rule,
)


def _set_slice_rule(x: TensorType, v: TensorType, start: TensorType) -> Inferred:
    return Inferred((x,), (), _window_guards(x, start, v.shape))


def _set_slice(x: Array, v: Array, start: Array) -> Array:
    result = np.array(x)
    result[_window(x, start, np.shape(v))] = np.asarray(v)[()]
    return result


def _set_slice_vjp(b: Any, g: Any, y: Any, x: Any, v: Any, start: Any) -> Any:
    kept = b.set_slice(g, b.zeros(v.shape, g.dtype), start)

    def mask() -> Any:
        return b.set_slice(b.ones(x.shape, BOOL), b.zeros(v.shape, BOOL), start)

    return Masked(kept, mask, clean=True), b.slice(g, start, v.shape), None


set_slice = View(
    name="set_slice",
    params=(Operand("x", ELEMENTS), Operand("v", ELEMENTS), Operand("start", INTS, group=None)),
    doc="""x with a window replaced by v, at a place that is known at run time.

    `start` has an integer for each axis (or is one, for a vector).  A window that leaves x is an error.""",
    evaluate=_set_slice,
    vjp=_set_slice_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_set_slice_rule,
)

RECORDS = (strided, set_strided, slice_, set_slice)
