"""The JVPs of loops: one loop that carries the tangents beside the values, without the effects of the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Value
from graphc.ir.layout import Loop
from graphc.ir.loops import Span, around, cast, emit_for, emit_while, filled_like
from graphc.ir.region import DerivedRegion, ForwardRegions, copy_into, tangent_type, without_effects
from graphc.ops.loop_parts import Parts, Values, pure, spread, take_apart


@dataclass(frozen=True, slots=True)
class _Dual:
    """A body with its tangents.  `moving`: by parameter, whether it has one; `tangents`: by output, where it is."""

    parts: Parts
    graph: Graph
    moving: Sequence[bool]
    tangents: Sequence[Value | None]
    outputs: Values

    @property
    def carried(self) -> list[int]:
        """The carried values that have tangents."""
        return [j for j, at in enumerate(self.parts.carried_at) if self.moving[at]]

    @property
    def collected(self) -> list[int]:
        """The collected outputs that do."""
        return [k for k in range(self.parts.loop.carried, len(self.tangents)) if self.tangents[k] is not None]


def _dual(d: ForwardRegions, parts: Parts, ts: Sequence[Any]) -> _Dual | None:
    """`ts`: the tangents of the operands after the head."""
    loop = parts.loop
    flow = around(loop, d.flow(parts.body))
    moving = [False] * loop.index + [t is not None for t in ts]
    seeds = sum(1 << i for i, m in enumerate(moving) if m)
    for j, at in enumerate(parts.carried_at):
        moving[at] = moving[at] or bool(flow[j] & seeds)
    derived: DerivedRegion = d.region(parts.body, moving, True)
    ends = [o.value for o in derived.graph.outputs]
    rest = iter(ends)
    tangents = [next(rest) if present else None for present in derived.present]
    if not any(moving[at] for at in parts.carried_at) and not any(derived.present):
        return None
    return _Dual(parts, derived.graph, moving, tangents, list(rest))


def _dual_step(
    k: Builder, dual: _Dual, index: Value | None, slices: Values, state: Values, captures: Values
) -> tuple[list[Value], list[Value]]:
    """New carried values, their tangents, and collected tangents.  Slices, carried, captures with tangents after."""
    parts, graph = dual.parts, dual.graph
    loop = parts.loop
    given = [
        *([index] if index is not None else ()),
        *slices[: loop.mapped],
        *state[: loop.carried],
        *parts.captures,
        *slices[loop.mapped :],
        *state[loop.carried :],
        *captures,
    ]
    made = copy_into(k, graph, dict(zip(graph.params, given, strict=True)))
    new = [made[v] for v in dual.outputs[: loop.carried]]
    moved = [
        filled_like(k, 0, before, before.type.dtype)
        if (tangent := dual.tangents[j]) is None
        else cast(k, made[tangent], before.type.dtype)
        for j, before in zip(dual.carried, state[loop.carried :], strict=True)
    ]
    collected = [made[v] for j in dual.collected if (v := dual.tangents[j]) is not None]
    return [*new, *moved], collected


def _dual_start(b: Builder, dual: _Dual, ts: Sequence[Any]) -> list[Value]:
    """The tangents with which a loop begins."""
    start = []
    for j in dual.carried:
        value, given = dual.parts.carried[j], ts[dual.parts.loop.mapped + j]
        dtype = tangent_type(value.type).dtype
        start.append(filled_like(b, 0, value, dtype) if given is None else cast(b, given.value, dtype))
    return start


def _tangents(b: Builder, dual: _Dual, found: Sequence[Value | None]) -> list[Any]:
    """By result, from what the dual loop gave."""
    made = [b.term(v) for v in found if v is not None]
    tangents: list[Any] = [None] * len(dual.tangents)
    for j, tangent in zip((*dual.carried, *dual.collected), made, strict=True):
        tangents[j] = tangent
    return tangents


def for_jvp(
    d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop, span: Span, every: int
) -> list[Any]:
    parts = take_apart(loop, [t.value for t in operands], regions[0])
    given = pure(ts, operands)[loop.head :]
    dual = _dual(d, parts, given)
    if dual is None:
        return [None] * len(ys)
    mapped = [*parts.mapped, *(t.value for t in given[: loop.mapped] if t is not None)]
    captures = [t.value for t in given[loop.mapped + parts.loop.carried :] if t is not None]

    def step(k: Builder, i: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        return _dual_step(k, dual, i, slices, state, captures)

    names = [parts.body.params[i].name for i in parts.slice_at]
    names += [None] * (len(mapped) - len(names)) + [parts.body.params[i].name for i in parts.carried_at]
    count = parts.loop.carried
    start = [*parts.carried, *_dual_start(d.b, dual, given)]
    found = emit_for(d.b, span, mapped, start, step, names=names, needed=lambda k: k >= count, checkpoint=every)
    return spread(_tangents(d.b, dual, found), ys)


def while_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop) -> list[Any]:
    condition, region = regions
    parts = take_apart(loop, [t.value for t in operands], region)
    given = pure(ts, operands)
    dual = _dual(d, parts, given)
    if dual is None:
        return [None] * len(ys)
    test, count = without_effects(condition), parts.loop.carried
    captures = [t.value for t in given[count:] if t is not None]

    def decide(k: Builder, state: Values) -> Value:
        made = copy_into(k, test, dict(zip(test.params, (*state[:count], *parts.captures), strict=True)))
        return made[test.outputs[0].value]

    def step(k: Builder, state: Values) -> tuple[Values, Values]:
        return _dual_step(k, dual, None, (), state, captures)

    names = [parts.body.params[i].name for i in parts.carried_at]
    start = [*parts.carried, *_dual_start(d.b, dual, given)]
    found = emit_while(d.b, start, decide, step, names=names, needed=lambda k: k >= count)
    return spread(_tangents(d.b, dual, found), ys)
