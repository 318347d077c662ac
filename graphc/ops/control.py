"""Control flow: ops that own regions and run them.

A region is closed: what it uses from outside are its last parameters, the captures.  See ir/region.py for what the
derivative rules are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir.graph import Graph
from graphc.ir.op import CALL, REQUIRED, Attribute, Control, Inferred, Note, Operand, TypeRuleError
from graphc.ir.region import ForwardRegions, ReverseRegions
from graphc.ir.types import ELEMENTS, Array, TensorType


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
    derived = d.region(regions[0], [t is not None for t in ts])
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
    node = b.emit(b.catalogue["map"], [values[i] for i in order], (count + mapped,), (reordered,))
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
)

RECORDS = (map_,)
