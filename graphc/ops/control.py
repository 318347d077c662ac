"""Control flow: ops that own regions and run them.

A region is closed: what it uses from outside are its last parameters, the captures.  See ir/derivation.py for what the
derivative rules are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir import loops
from graphc.ir.builder import Builder
from graphc.ir.derivation import DerivedRegion, Flags, ForwardRegions, ReverseRegions, assigned, mask_type
from graphc.ir.graph import Graph, Output, Value
from graphc.ir.layout import Loop
from graphc.ir.op import CALL, REQUIRED, Attribute, Control, Inferred, Masked, Note, Operand, TypeRuleError
from graphc.ir.region import tidy, without_effects
from graphc.ir.types import BOOL, ELEMENTS, Array, StackType, TensorType, promote


def _map_type(types: Sequence[Any], attrs: tuple[Any, ...], regions: Sequence[Graph]) -> Inferred:
    (count,) = attrs
    for i, t in enumerate(types[:count]):
        if not t.shape:
            raise TypeRuleError(
                "E0311", "map goes over the first axis of tensors, and a scalar has none", (Note(i, str(t)),)
            )
        if t.shape[0] != types[0].shape[0]:
            message = (
                f"map goes over several tensors at once, but their lengths are {types[0].shape[0]} and {t.shape[0]}"
            )
            notes = (Note(0, f"{types[0].shape[0]} comes from here", 0), Note(i, f"{t.shape[0]} comes from here", 0))
            raise TypeRuleError("E0310", message, notes)
    length = types[0].shape[0]
    return Inferred(
        tuple(TensorType(o.value.type.dtype, (length, *o.value.type.shape)) for o in regions[0].outputs), attrs
    )


def _map(regions: Sequence[Callable[..., Sequence[Array]]], arrays: Sequence[Array], count: int) -> tuple[Array, ...]:
    """`regions[0].types`, the types of the region's results, says what an empty result looks like."""
    (body,) = regions
    mapped, captures = arrays[:count], arrays[count:]
    length = len(mapped[0])
    results = [np.empty((length, *t.shape), t.dtype.numpy) for t in body.types]  # type: ignore[attr-defined]
    for i in range(length):
        for result, element in zip(results, body(*[x[i] for x in mapped], *captures), strict=True):
            result[i] = element
    return tuple(results)


def _map_vjp(d: ReverseRegions, gs: Any, ys: Any, operands: Any, regions: Sequence[Graph], count: int) -> list[Any]:
    """A map of the region's VJP over the slices and the cotangents; what all elements share is summed over them."""
    derived = d.region(regions[0], d.wanted, Flags.of(gs, d.masks), d.finite)
    if not any(derived.present):
        return [None] * len(operands)
    seeds = [t for t in (*gs, *d.masks) if t is not None]
    results = _emit(d.b, operands, seeds, count, [True] * len(seeds), derived.graph)
    wanted = iter(assigned(derived, results))
    cotangents = [next(wanted) if w else None for w in d.wanted]
    return [c if i < count else _over_all(d.b, c) for i, c in enumerate(cotangents)]


def _over_all(b: Any, cotangent: Any) -> Any:
    """The sum of what all elements give, masked by any of their masks."""
    if not isinstance(cotangent, Masked):
        return None if cotangent is None else b.sum(cotangent, (0,), False)
    return Masked(b.sum(cotangent.value, (0,), False), lambda: b.any(cotangent.mask, (0,), False), clean=True)


def _map_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], count: int) -> list[Any]:
    """A map of the dual region over the slices and their tangents."""
    derived = d.region(regions[0], Flags.of(ts, d.masks), d.finite, False)
    if not any(derived.present):
        return [None] * len(ys)
    pairs = [(t, i < count) for ts in (ts, d.masks) for i, t in enumerate(ts) if t is not None]
    results = _emit(d.b, operands, [t for t, _ in pairs], count, [over for _, over in pairs], derived.graph)
    return assigned(derived, results)


def _emit(
    b: Any, operands: Sequence[Any], given: Sequence[Any], count: int, over: Sequence[bool], region: Graph
) -> list[Any]:
    """A map of `region` (slices, captures, given) over the slices and those of what is given that `over` says."""
    total = len(operands)
    order = [
        *range(count),
        *(total + i for i, mapped in enumerate(over) if mapped),
        *range(count, total),
        *(total + i for i, mapped in enumerate(over) if not mapped),
    ]
    values = [t.value for t in (*operands, *given)]
    params = tuple(region.params[i] for i in order)
    reordered = Graph(region.nodes, region.outputs, params, default_float=region.default_float)
    own = count + sum(over)
    captures, tidied = tidy([values[i] for i in order[own:]], (reordered,), (own,))
    node = b.emit(b.catalogue["map"], [*(values[i] for i in order[:own]), *captures], (own,), tidied)
    return [b.term(r) for r in node.results]


map_ = Control(
    name="map",
    params=(Operand("operands", ELEMENTS, group=None, variadic=True), Attribute("count", "int", REQUIRED)),
    doc="""The results of a function for each element along the first axis, stacked.

    `map(f, xs)`, or `map(f, xs, ys)` for several tensors of one length.  The operands are `count` tensors, whose slices
    are the region's first parameters, and then the region's captures.""",
    evaluate=_map,
    vjp=_map_vjp,
    jvp=_map_jvp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_map_type,
    given=lambda count: count,
    choose=None,
    loop=lambda count: Loop(0, 0, count, 0, 1, None, lambda mapped, _: (mapped,)),
)


# ---------------------------------------------------------------- cond


def _cond_type(types: Sequence[Any], attrs: tuple[Any, ...], regions: Sequence[Graph]) -> Inferred:
    if types[0].dtype is not BOOL or types[0].shape:
        raise TypeRuleError("E0304", f"a condition is a boolean scalar, not {types[0]}", (Note(0, str(types[0])),))
    then, other = (tuple([o.value.type for o in region.outputs]) for region in regions)
    for a, b in zip(then, other, strict=True):
        if a != b:
            raise TypeRuleError("E0318", f"a value is {a} in one branch and {b} in the other")
    return Inferred(then, attrs)


def _choose(condition: Array) -> int:
    return 0 if condition else 1


def _cond(regions: Sequence[Callable[..., Sequence[Array]]], arrays: Sequence[Array]) -> Sequence[Array]:
    return regions[_choose(arrays[0])](*arrays[1:])


def _cond_vjp(d: ReverseRegions, gs: Any, ys: Any, operands: Any, regions: Sequence[Graph]) -> list[Any]:
    """A cond of the regions' VJPs, which run what they need of their branch again, without its effects."""
    pure = [without_effects(region) for region in regions]
    taken = [i for i, t in enumerate(operands) if i and _is_data(t)]
    wanted = [d.wanted[i] for i in taken]
    results = [k for k, y in enumerate(ys) if _is_data(y)]
    seeds = Flags.of([gs[k] for k in results], [d.masks[k] for k in results])
    derived = [d.region(region, wanted, seeds, [d.finite[i] for i in taken]) for region in pure]
    inputs = [operands[i].value for i in taken] + [t.value for t in (*gs, *d.masks) if t is not None]
    own = [[p for p, w in zip(r.graph.params, wanted, strict=False) if w] for r in derived]
    found = iter(_emit_cond(d.b, operands[0].value, inputs, derived, own))
    cotangents: list[Any] = [None] * len(operands)
    for i in [i for i, w in zip(taken, wanted, strict=True) if w]:
        cotangents[i] = next(found)
    return cotangents


def _cond_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph]) -> list[Any]:
    """A cond of the dual regions."""
    pure = [without_effects(region) for region in regions]
    taken = [i for i, t in enumerate(operands) if i and _is_data(t)]
    stacked = any(isinstance(y.value.type, StackType) for y in ys)
    tangents = Flags.of([ts[i] for i in taken], [d.masks[i] for i in taken])
    derived = [d.region(region, tangents, [d.finite[i] for i in taken], stacked) for region in pure]
    moving = [t.value for ts in (ts, d.masks) for i in taken if (t := ts[i]) is not None]
    inputs = [operands[i].value for i in taken] + moving
    results = [r.further if stacked else [None] * len(r.present) for r in derived]
    found = iter(_emit_cond(d.b, operands[0].value, inputs, derived, results))
    return [next(found) if _is_data(y) else None for y in ys]


def _is_data(t: Any) -> bool:
    """Is it more than an order of effects?"""
    return isinstance(t.value.type, TensorType | StackType)


@dataclass(frozen=True, slots=True)
class _Column:
    """A result of a cond: by branch its value, or what fills it there, in a stack as often as a primal has elements."""

    type: TensorType | StackType
    values: Sequence[Value | None]
    fills: Sequence[int]
    primals: Sequence[Value | None]

    def of(self, b: Builder, branch: int) -> Value:
        value, type, primal = self.values[branch], self.type, self.primals[branch]
        if value is not None:
            return loops.cast(b, value, type.dtype)
        if isinstance(type, StackType):
            assert primal is not None
            return loops.filled_like(b, self.fills[branch], primal, type.dtype)
        if type.shape and not self.fills[branch]:
            return b.emit(b.catalogue["zeros"], (), (type.shape, type.dtype)).results[0]
        return loops.filled(b, self.fills[branch], type.shape, type.dtype)


def _emit_cond(
    b: Any,
    condition: Value,
    inputs: Sequence[Value],
    derived: Sequence[DerivedRegion],
    primals: Sequence[Sequence[Value | None]],
) -> list[Any]:
    """The derivatives that any branch has, by a cond of both; zero, by structure, in a branch that has none.

    `primals`: for each branch, what the derivatives are of, needed where that is a stack.
    """
    pairs = list(zip(*(r.derivatives for r in derived), strict=True))
    masks = list(zip(*(r.masks for r in derived), strict=True))
    like = list(zip(*primals, strict=True))
    present = [any(v is not None for v in pair) for pair in pairs]
    masked = [p and mask != (None, None) for p, mask in zip(present, masks, strict=True)]
    columns = [_Column(_common_type(v, b), v, (0, 0), own) for p, v, own in zip(present, pairs, like, strict=True) if p]
    columns += [_mask_column(b, *column) for m, *column in zip(masked, pairs, masks, like, strict=True) if m]
    if not columns:
        return [None] * len(present)
    regions = [_completed(b, r.graph, columns, i) for i, r in enumerate(derived)]
    captures, tidied = tidy(inputs, regions)
    results = [b.term(r) for r in b.emit(b.catalogue["cond"], (condition, *captures), (), tidied).results]
    found = assigned(DerivedRegion(regions[0], tuple(present), tuple(masked)), results)
    return [_where_taken(b, condition, t, pair) for t, pair in zip(found, pairs, strict=True)]


def _where_taken(b: Any, condition: Value, derivative: Any, pair: Sequence[Value | None]) -> Any:
    """A derivative that only one branch has is zero by structure where that isn't taken."""
    if derivative is None or None not in pair or isinstance(derivative, Masked):
        return derivative

    def mask() -> Any:
        taken = b.term(condition) if pair[1] is None else b.logical_not(b.term(condition))
        return b.term(loops.spread_like(b, taken.value, derivative.value))

    return Masked(derivative, mask, clean=True)


def _common_type(pair: Sequence[Value | None], b: Any) -> TensorType | StackType:
    types = [v.type for v in pair if v is not None]
    dtype = promote([t.dtype for t in types])
    assert dtype is not None
    first = types[0]
    return StackType(first.element.with_dtype(dtype)) if isinstance(first, StackType) else first.with_dtype(dtype)


def _mask_column(
    b: Any, pair: Sequence[Value | None], masks: Sequence[Value | None], primals: Sequence[Value | None]
) -> _Column:
    """The masks of derivatives: true where there is none, false in a branch that has no derivative."""
    like = [primal if v is None else v for v, primal in zip(pair, primals, strict=True)]
    return _Column(mask_type(_common_type(pair, b)), masks, [v is not None for v in pair], like)


def _completed(b: Any, graph: Graph, columns: Sequence[_Column], branch: int) -> Graph:
    """The region of a branch with these outputs."""
    inner = Builder(b.catalogue, b.default_float, b.origin)
    inner.nodes = list(graph.nodes)
    outputs = tuple([Output(str(i), column.of(inner, branch), b.origin) for i, column in enumerate(columns)])
    return Graph(tuple(inner.nodes), outputs, graph.params, default_float=graph.default_float)


cond = Control(
    name="cond",
    params=(Operand("operands", ELEMENTS, group=None, variadic=True),),
    doc="""The results of one of two branches: only that one runs.

    Written as `if c { … } else { … }` and as `a if c else b`.  The operands are the condition, a boolean scalar, and
    then what the two regions read from outside, the same for both.  The results are those of the region that is
    taken, and so are the derivatives.  Effects are ordered by a token among the captures, which is the last result.""",
    evaluate=_cond,
    vjp=_cond_vjp,
    jvp=_cond_jvp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_cond_type,
    given=lambda: 1,
    choose=_choose,
    loop=None,
)

RECORDS = (map_, cond)
