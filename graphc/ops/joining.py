"""Joining: `concat` and `stack`, their inverse `split`, and `pad`."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from graphc.ir.decimals import Tied, held
from graphc.ir.dims import Dim, Guard, Poly, decide_eq, decide_le, decide_lt, dim_max, floordiv, mod
from graphc.ir.literal import shortened
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Inferred,
    Masked,
    Note,
    Operand,
    TypeRuleError,
    View,
    normalise_axis,
    within_limit,
)
from graphc.ir.types import ANY, BOOL, ELEMENTS, Array, DType, TensorType, concrete

XS = Operand("xs", ELEMENTS, variadic=True)


def range_of(b: Any, x: Any, axis: int, start: Dim, stop: Dim) -> Any:
    """`x[start:stop]` along one axis, for known `0 <= start <= stop <= size`."""
    starts = tuple(start if i == axis else 0 for i in range(x.rank))
    stops = tuple(stop if i == axis else None for i in range(x.rank))
    return b.strided(x, starts, stops, (1,) * x.rank)


# ---------------------------------------------------------------- concat and stack


def _same_shapes(types: Sequence[TensorType], but: int | None, verb: str) -> None:
    """The operands agree on all axes, `but` one aside."""
    first = types[0]
    for i, t in enumerate(types):
        if t.rank != first.rank:
            notes = (Note(0, f"{first}"), Note(i, f"{t}"))
            raise TypeRuleError("E0311", f"{first} and {t} don't {verb}: their ranks differ", notes)
        for a, (d, e) in enumerate(zip(first.shape, t.shape, strict=True)):
            if d != e and a != but:
                notes = (Note(0, f"{d} comes from here", a), Note(i, f"{e} comes from here", a))
                raise TypeRuleError(
                    "E0310", f"{first} and {t} don't {verb}: sizes {d} and {e} of axis {a} differ", notes
                )


def _concat_rule(types: tuple[TensorType, ...], axis: int) -> Inferred:
    if not types:
        raise TypeRuleError("E0309", "concat of no tensors has no type")
    first = types[0]
    if first.rank == 0:
        raise TypeRuleError("E0311", "scalars have no axis to be joined along", (Note(0, f"{first}"),), "stack([a, b])")
    axis = normalise_axis(axis, first.rank)
    _same_shapes(types, axis, "join")
    size: Dim = 0
    for t in types:
        size = size + t.shape[axis]
    return Inferred((first.with_shape((*first.shape[:axis], size, *first.shape[axis + 1 :])),), (axis,))


def _concat_vjp(b: Any, g: Any, y: Any, xs: tuple[Any, ...], axis: int) -> tuple[Any, ...]:
    if len(xs) == 1:
        return (g,)
    parts = []
    start: Dim = 0
    for x in xs:
        stop = start + x.shape[axis]
        part = range_of(b, g, axis, start, stop)
        # a slice is clamped: of n - 2 elements beside 2 it can't know that they are as many as x has
        parts.append(part if part.shape == x.shape else b.reshape(part, x.shape))
        start = stop
    return tuple(parts)


concat = View(
    name="concat",
    params=(XS, Attribute("axis", "axis", 0)),
    doc="Tensors one after the other along an axis.  Their other sizes must be equal.",
    evaluate=lambda xs, axis: np.concatenate(xs, axis),
    vjp=_concat_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_concat_rule,
)


def _stack_rule(types: tuple[TensorType, ...], axis: int) -> Inferred:
    if not types:
        raise TypeRuleError("E0309", "stack of no tensors has no type")
    first = types[0]
    axis = normalise_axis(axis, first.rank + 1)
    _same_shapes(types, None, "stack")
    return Inferred((first.with_shape((*first.shape[:axis], len(types), *first.shape[axis:])),), (axis,))


def _stack_vjp(b: Any, g: Any, y: Any, xs: tuple[Any, ...], axis: int) -> tuple[Any, ...]:
    stop = (None,) * g.rank
    step = tuple(0 if i == axis else 1 for i in range(g.rank))
    starts = [tuple(k if i == axis else 0 for i in range(g.rank)) for k in range(len(xs))]
    return tuple(b.strided(g, start, stop, step) for start in starts)


stack = View(
    name="stack",
    params=(XS, Attribute("axis", "axis", 0)),
    doc="Tensors of one shape along a new axis.",
    evaluate=lambda xs, axis: np.stack(xs, axis),
    vjp=_stack_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_stack_rule,
)

# ---------------------------------------------------------------- split


def _boundaries(size: Dim, sections: int | tuple[Dim, ...]) -> tuple[Dim, ...]:
    """0, the places of the cuts, and the size."""
    if isinstance(sections, int):
        part = floordiv(size, sections)
        return (*(k * part for k in range(sections)), size)
    return (0, *sections, size)


def _split_rule(x: TensorType, sections: int | Sequence[Dim], axis: int) -> Inferred:
    axis = normalise_axis(axis, x.rank)
    size = x.shape[axis]
    guards = []
    if isinstance(sections, int):
        cuts: int | tuple[Dim, ...] = sections
        if sections < 1:
            raise TypeRuleError("E0309", f"a split needs at least one part, not {sections}")
        rest = mod(size, sections)
        if decide_eq(rest, 0) is False:
            note = Note(0, f"size {size}", axis)
            raise TypeRuleError("E0310", f"{size} elements can't be split into {sections} equal parts", (note,))
        if rest != 0:
            guards.append(Guard(sections, "divides", size))
        sizes: list[Dim] = [floordiv(size, sections)] * sections
    else:
        cuts = tuple(sections)
        edges = _boundaries(size, cuts)
        for low, high in pairwise(edges):
            ordered = decide_le(low, high)
            if ordered is False:
                note = Note(0, f"size {size}", axis)
                raise TypeRuleError("E0307", f"the cuts of a split must rise from 0 to {size}", (note,))
            if ordered is None:
                guards.append(Guard(low, "<=", high))
        sizes = [high - low for low, high in pairwise(edges)]
    types = [x.with_shape((*x.shape[:axis], d, *x.shape[axis + 1 :])) for d in sizes]
    return Inferred(tuple(types), (cuts, axis), tuple(guards))


def _split(x: Array, sections: int | tuple[int, ...], axis: int) -> Any:
    parts = np.split(x, sections if isinstance(sections, int) else list(sections), axis)
    return tuple(parts) if len(parts) > 1 else parts[0]


def _split_vjp(b: Any, g: Any, y: Any, x: Any, sections: int | tuple[Dim, ...], axis: int) -> Any:
    if not isinstance(g, tuple):
        return g
    dtype = next(part.dtype for part in g if part is not None)
    parts = [b.zeros(v.shape, dtype) if part is None else part for part, v in zip(g, y, strict=True)]
    joined = b.concat(parts, axis)
    return joined if joined.shape == x.shape else b.reshape(joined, x.shape)


split = View(
    name="split",
    params=(Operand("x", ELEMENTS), Attribute("sections", "ints", REQUIRED), Attribute("axis", "axis", 0)),
    doc="""Parts of x along an axis: `sections` equal ones, or those between a list of places.

    `split(x, [2, 5])` gives `x[:2]`, `x[2:5]` and `x[5:]`.""",
    evaluate=_split,
    vjp=_split_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_split_rule,
)

# ---------------------------------------------------------------- pad

Widths: TypeAlias = tuple[tuple[Dim, Dim], ...]
Interior: TypeAlias = int | tuple[int, ...]


def spacing(interior: Interior, axis: int) -> int:
    return interior if isinstance(interior, int) else interior[axis]


def extent(size: Dim, gap: int) -> Dim:
    """Places taken by `size` elements with `gap` places between them."""
    return size if gap == 0 else dim_max(size * (gap + 1) - gap, 0)


def fits(value: Any, dtype: DType) -> bool:
    """Is a finite number one of an integer dtype?"""
    low, high = (0, 2**dtype.bits - 1) if dtype.kind == "u" else (-(2 ** (dtype.bits - 1)), 2 ** (dtype.bits - 1) - 1)
    return bool(value == int(value)) and low <= value <= high


def real(value: Any) -> float:
    """A number as f64.  Raises TypeRuleError E0305."""
    try:
        return float(value)
    except OverflowError:
        raise TypeRuleError("E0305", f"{shortened(value)} does not fit f64 (up to {sys.float_info.max:.4g})") from None


def fill_value(value: Any, dtype: DType) -> bool | int | float:
    """`value` as a number of a dtype.  Raises TypeRuleError E0304, E0305 or E0309."""
    if isinstance(value, Poly):
        hint = f"broadcast_to({value}, [3])"
        raise TypeRuleError("E0309", f"the value {value} is only known when sizes are", (), hint)
    if dtype.kind == "b":
        return bool(value)
    if dtype.is_float:
        single = held(value, dtype)
        if single is not value:
            return float(single)
        return value if dtype.weak and isinstance(value, Tied) else real(value)
    if (isinstance(value, float) and not math.isfinite(value)) or not fits(value, dtype):
        if isinstance(value, int):
            raise TypeRuleError("E0305", f"{shortened(value)} does not fit {concrete(dtype)}")
        raise TypeRuleError("E0304", f"{shortened(value)} is no {dtype}")
    return int(value)


def _are_pairs(widths: Any, rank: int) -> bool:
    return (
        isinstance(widths, Sequence)
        and len(widths) == rank
        and all(isinstance(w, Sequence) and len(w) == 2 and all(isinstance(d, int | Poly) for d in w) for w in widths)
    )


def _pad_rule(x: TensorType, widths: Sequence[Sequence[Dim]], value: Any, interior: Interior) -> Inferred:
    if not _are_pairs(widths, x.rank):
        hint = f"pad({{0}}, [{', '.join(['[0, 1]'] * x.rank)}])"
        raise TypeRuleError("E0309", f"pad needs a pair of widths for each axis of {x}", (), hint)
    if not isinstance(interior, int) and len(interior) != x.rank:
        raise TypeRuleError("E0309", f"interior needs a number for each of the {x.rank} axes of {x}, or one for all")
    gaps = tuple(spacing(interior, i) for i in range(x.rank))
    if any(gap < 0 for gap in gaps):
        raise TypeRuleError("E0309", "the interior of pad can't be negative")
    guards: list[Guard] = []
    shape = []
    for axis, (before, after) in enumerate(widths):
        guards += [Guard(0, "<=", w) for w in (before, after) if not _cuts(w) and decide_le(0, w) is None]
        size = before + extent(x.shape[axis], gaps[axis]) + after
        if (_cuts(before) or _cuts(after)) and (fits := decide_le(0, size)) is not True:
            if fits is False:
                cut = f"pad cuts more than axis {axis} of {x} has"
                raise TypeRuleError("E0309", cut, (Note(0, f"size {x.shape[axis]}", axis),))
            guards.append(Guard(0, "<=", size))
        shape.append(size)
    pairs = tuple((before, after) for before, after in widths)
    attrs = (pairs, fill_value(value, x.dtype), gaps if any(gaps) else 0)
    return Inferred((within_limit(x.with_shape(tuple(shape))),), attrs, tuple(guards))


def _cuts(width: Dim) -> bool:
    """Is a width negative?  What could be either is taken as not, which a guard makes sure of."""
    return decide_lt(width, 0) is True


def _outwards(widths: Widths, sign: int) -> Widths:
    """The widths that add (1), or those that cut, as positive numbers (-1)."""

    def part(width: Dim) -> Dim:
        return sign * width if _cuts(width) is (sign < 0) else 0

    return tuple((part(before), part(after)) for before, after in widths)


def _pad(x: Array, widths: tuple[tuple[int, int], ...], value: Any, interior: Interior) -> Any:
    added: Any = _outwards(widths, 1)
    cut: Any = _outwards(widths, -1)
    steps = [spacing(interior, i) + 1 for i in range(x.ndim)]
    spans = [int(extent(n, s - 1)) for n, s in zip(x.shape, steps, strict=True)]  # type: ignore[arg-type]
    result = np.full([lo + n + hi for n, (lo, hi) in zip(spans, added, strict=True)], value, x.dtype)
    inside = zip(spans, added, steps, strict=True)
    result[tuple(slice(lo, lo + n, s) for n, (lo, _), s in inside)] = x
    if widths == added:
        return result
    return result[tuple(slice(lo, n - hi) for n, (lo, hi) in zip(result.shape, cut, strict=True))].copy()


def _pad_vjp(b: Any, g: Any, y: Any, x: Any, widths: Widths, value: float, interior: Interior) -> Any:
    """The part of g where x is, with zeros for what was cut."""
    gaps = [spacing(interior, i) for i in range(x.rank)]
    added, cut = _outwards(widths, 1), _outwards(widths, -1)
    ends = zip(x.shape, added, gaps, strict=True)
    start = tuple(lo for lo, _ in added)
    stop = tuple(None if hi == 0 else lo + extent(n, gap) for n, (lo, hi), gap in ends)

    def inside(g: Any) -> Any:
        whole = g if widths == added else b.pad(g, cut, 0)
        part = b.strided(whole, start, stop, tuple(gap + 1 for gap in gaps))
        return part if part.shape == x.shape else b.reshape(part, x.shape)

    if widths == added:
        return inside(g)
    return Masked(inside(g), lambda: inside(b.ones(g.shape, BOOL)), clean=True)


pad = View(
    name="pad",
    params=(
        Operand("x", ANY),
        Attribute("widths", "widths", REQUIRED),
        Attribute("value", "number", 0),
        Attribute("interior", "ints", 0),
    ),
    doc="""x with `value` around it.

    `widths` is a pair for each axis, `[before, after]`; a negative width cuts elements off.  `interior` is the number
    of values put between neighbours, for all axes or each, before anything is cut: `pad([1, 2], [[1, 0]], interior=1)`
    is `[0, 1, 0, 2]`.  A `value` that is computed is put in by `where`, and has a derivative.""",
    evaluate=_pad,
    vjp=_pad_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_pad_rule,
)

RECORDS = (concat, stack, split, pad)
