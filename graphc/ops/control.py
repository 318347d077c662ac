"""Control flow: ops that own regions and run them.

A region is closed: what it uses from outside are its last parameters, the captures.  See ir/region.py for what the
derivative rules are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir import loops
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Output, Value
from graphc.ir.layout import Loop
from graphc.ir.op import CALL, REQUIRED, Attribute, Control, Inferred, Note, Operand, TypeRuleError
from graphc.ir.region import DerivedRegion, ForwardRegions, ReverseRegions, tidy, without_effects
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
    wanted = [i for i, w in enumerate(d.wanted) if w]
    derived = d.region(regions[0], d.wanted, [g is not None for g in gs])
    found = [i for i, present in zip(wanted, derived.present, strict=True) if present]
    cotangents: list[Any] = [None] * len(operands)
    if not found:
        return cotangents
    given = [g for g in gs if g is not None]
    results = _emit(d.b, operands, given, count, len(given), derived.graph)
    for i, stacked in zip(found, results, strict=True):
        cotangents[i] = stacked if i < count else d.b.sum(stacked, (0,), False)
    return cotangents


def _map_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], count: int) -> list[Any]:
    """A map of the dual region over the slices and their tangents."""
    derived = d.region(regions[0], [t is not None for t in ts], False)
    if not any(derived.present):
        return [None] * len(ys)
    given = [t for t in ts if t is not None]
    mapped = sum(t is not None for t in ts[:count])
    results = iter(_emit(d.b, operands, given, count, mapped, derived.graph))
    return [next(results) if present else None for present in derived.present]


def _emit(b: Any, operands: Sequence[Any], given: Sequence[Any], count: int, mapped: int, region: Graph) -> list[Any]:
    """A map of `region` (slices, captures, given) over the slices and the first `mapped` of what is given."""
    total = len(operands)
    order = [
        *range(count),
        *range(total, total + mapped),
        *range(count, total),
        *range(total + mapped, total + len(given)),
    ]
    values = [t.value for t in (*operands, *given)]
    params = tuple(region.params[i] for i in order)
    reordered = Graph(region.nodes, region.outputs, params, default_float=region.default_float)
    own = count + mapped
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
    seeded = [g is not None for g, y in zip(gs, ys, strict=True) if _is_data(y)]
    cotangents: list[Any] = [None] * len(operands)
    derived = [d.region(region, wanted, seeded) for region in pure]
    inputs = [operands[i].value for i in taken] + [g.value for g in gs if g is not None]
    own = [[p for p, w in zip(r.graph.params, wanted, strict=False) if w] for r in derived]
    found = _emit_cond(d.b, operands[0].value, inputs, derived, own)
    for i, cotangent in zip([i for i, w in zip(taken, wanted, strict=True) if w], found, strict=True):
        cotangents[i] = cotangent
    return cotangents


def _cond_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph]) -> list[Any]:
    """A cond of the dual regions."""
    pure = [without_effects(region) for region in regions]
    taken = [i for i, t in enumerate(operands) if i and _is_data(t)]
    stacked = any(isinstance(y.value.type, StackType) for y in ys)
    derived = [d.region(region, [ts[i] is not None for i in taken], stacked) for region in pure]
    inputs = [operands[i].value for i in taken] + [ts[i].value for i in taken if ts[i] is not None]
    unneeded = [None] * len(derived[0].present)
    results = [[o.value for o in r.graph.outputs[sum(r.present) :]] if stacked else unneeded for r in derived]
    found = iter(_emit_cond(d.b, operands[0].value, inputs, derived, results))
    return [next(found) if _is_data(y) else None for y in ys]


def _is_data(t: Any) -> bool:
    """Is it more than an order of effects?"""
    return isinstance(t.value.type, TensorType | StackType)


def _emit_cond(
    b: Any,
    condition: Value,
    inputs: Sequence[Value],
    derived: Sequence[DerivedRegion],
    primals: Sequence[Sequence[Value | None]],
) -> list[Any]:
    """The derivatives that any branch has, by a cond of both; zero in a branch that has none.

    `primals`: for each branch, what the derivatives are of, needed where that is a stack.
    """
    present = [any(pair) for pair in zip(*(r.present for r in derived), strict=True)]
    if not any(present):
        return [None] * len(present)
    outputs = [iter(r.graph.outputs) for r in derived]
    pairs: list[list[Value | None]] = []
    for has in zip(*(r.present for r in derived), strict=True):
        pair = [next(o).value if h else None for o, h in zip(outputs, has, strict=True)]
        if any(has):
            pairs.append(pair)
    types = [_common_type(pair, b) for pair in pairs]
    regions = []
    for i, r in enumerate(derived):
        like = [p for p, has in zip(primals[i], present, strict=True) if has]
        regions.append(_completed(b, r.graph, [pair[i] for pair in pairs], types, like))
    captures, tidied = tidy(inputs, regions)
    results = iter(b.emit(b.catalogue["cond"], (condition, *captures), (), tidied).results)
    return [b.term(next(results)) if p else None for p in present]


def _common_type(pair: Sequence[Value | None], b: Any) -> TensorType | StackType:
    types = [v.type for v in pair if v is not None]
    dtype = promote([t.dtype for t in types], b.default_float)
    assert dtype is not None
    first = types[0]
    return StackType(first.element.with_dtype(dtype)) if isinstance(first, StackType) else first.with_dtype(dtype)


def _completed(
    b: Any,
    graph: Graph,
    found: Sequence[Value | None],
    types: Sequence[TensorType | StackType],
    primals: Sequence[Value | None],
) -> Graph:
    """The region with outputs of these types: those found, and zeros, in a stack as many as its primal has elements."""
    inner = Builder(b.catalogue, b.default_float, b.origin)
    inner.nodes = list(graph.nodes)
    outputs = []
    for i, (value, wanted, primal) in enumerate(zip(found, types, primals, strict=True)):
        if value is not None:
            end = loops.cast(inner, value, wanted.dtype)
        elif isinstance(wanted, StackType):
            assert primal is not None
            end = loops.filled_like(inner, 0, primal, wanted.dtype)
        elif wanted.shape:
            end = inner.emit(b.catalogue["zeros"], (), (wanted.shape, wanted.dtype)).results[0]
        else:
            end = inner.number(0, wanted.dtype)
        outputs.append(Output(str(i), end, b.origin))
    return Graph(tuple(inner.nodes), tuple(outputs), graph.params, default_float=graph.default_float)


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
