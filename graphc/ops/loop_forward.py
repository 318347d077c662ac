"""The JVPs of loops: one loop that carries the tangents beside the values, without the effects of the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphc.ir.builder import Builder
from graphc.ir.derivation import DerivedRegion, Flags, ForwardRegions, tangent_type
from graphc.ir.graph import Graph, Value
from graphc.ir.layout import Loop
from graphc.ir.loops import Span, around, cast, emit_for, emit_while, filled_like
from graphc.ir.op import Masked
from graphc.ir.region import copy_into, without_effects
from graphc.ir.types import BOOL
from graphc.ops.loop_parts import Parts, Values, finite_inside, pure, spread, take_apart


@dataclass(frozen=True, slots=True)
class _Dual:
    """A body with its tangents.  `moving`: by parameter, whether it has one, and `hidden`: whether that has a mask;
    `tangents`, `masks`: by output, where they are."""

    parts: Parts
    graph: Graph
    moving: Sequence[bool]
    hidden: Sequence[bool]
    tangents: Sequence[Value | None]
    masks: Sequence[Value | None]
    outputs: Values

    @property
    def carried(self) -> list[int]:
        """The carried values that have tangents."""
        return [j for j, at in enumerate(self.parts.carried_at) if self.moving[at]]

    @property
    def masked(self) -> list[int]:
        """Those that have masks, too: all or none."""
        return [j for j, at in enumerate(self.parts.carried_at) if self.hidden[at]]

    @property
    def collected(self) -> list[int]:
        """The collected outputs that have tangents."""
        return [k for k in range(self.parts.loop.carried, len(self.tangents)) if self.tangents[k] is not None]

    @property
    def collected_masks(self) -> list[int]:
        return [k for k in range(self.parts.loop.carried, len(self.masks)) if self.masks[k] is not None]


def _dual(
    d: ForwardRegions, parts: Parts, ts: Sequence[Any], masks: Sequence[Any], finite: Sequence[bool]
) -> _Dual | None:
    """`ts`, `masks`, `finite`: of the operands after the head."""
    loop = parts.loop
    flow = around(loop, d.flow(parts.body))
    moving = [False] * loop.index + [t is not None for t in ts]
    seeds = sum(1 << i for i, m in enumerate(moving) if m)
    for j, at in enumerate(parts.carried_at):
        moving[at] = moving[at] or bool(flow[j] & seeds)
    known = finite_inside(d, parts, finite)
    hidden = [False] * loop.index + [m is not None for m in masks]

    def derived_with(masked: bool) -> DerivedRegion:
        for at in parts.carried_at:
            hidden[at] = masked and moving[at]
        return d.region(parts.body, Flags(tuple(moving), tuple(hidden)), known, True)

    masked = any(hidden)
    derived = derived_with(masked)
    if not masked and any(derived.masked[: loop.carried]):
        derived = derived_with(True)
    if not any(moving[at] for at in parts.carried_at) and not any(derived.present):
        return None
    return _Dual(parts, derived.graph, moving, hidden, derived.derivatives, derived.masks, derived.further)


def _dual_step(
    k: Builder, dual: _Dual, index: Value | None, slices: Values, state: Values, captures: Values
) -> tuple[list[Value], list[Value]]:
    """New carried values, their tangents and masks, and collected tangents and masks.

    `slices`, `state` and `captures`: primals, then tangents, then masks (captures: of tangents and masks alone)."""
    parts, graph = dual.parts, dual.graph
    loop, count = parts.loop, len(parts.body.params)
    own = [*([index] if index is not None else ()), *slices[: loop.mapped], *state[: loop.carried], *parts.captures]
    given = dict(zip(graph.params[:count], own, strict=True))
    of = [iter(slices[loop.mapped :]), iter(state[loop.carried :]), iter(captures)]
    roles = [0] * loop.mapped + [1] * loop.carried + [2] * len(parts.captures)
    moving = [
        role for flags in (dual.moving, dual.hidden) for role, f in zip(roles, flags[loop.index :], strict=True) if f
    ]
    given.update((p, next(of[role])) for p, role in zip(graph.params[count:], moving, strict=True))
    made = copy_into(k, graph, given)
    before = iter(state[loop.carried :])
    new = [made[v] for v in dual.outputs[: loop.carried]]
    new += [_moved(k, dual.tangents[j], made, next(before)) for j in dual.carried]
    new += [_moved_mask(k, dual, j, made, next(before)) for j in dual.masked]
    collected = [made[v] for j in dual.collected if (v := dual.tangents[j]) is not None]
    collected += [made[v] for j in dual.collected_masks if (v := dual.masks[j]) is not None]
    return new, collected


def _moved(k: Builder, tangent: Value | None, made: dict[Value, Value], before: Value) -> Value:
    """A carried tangent after a step, in the type that it had before."""
    dtype = before.type.dtype
    return filled_like(k, 0, before, dtype) if tangent is None else cast(k, made[tangent], dtype)


def _moved_mask(k: Builder, dual: _Dual, j: int, made: dict[Value, Value], before: Value) -> Value:
    """Its mask: true where the step gives a tangent without one, false where it gives none."""
    mask = dual.masks[j]
    return filled_like(k, dual.tangents[j] is not None, before, BOOL) if mask is None else made[mask]


def _dual_start(b: Builder, dual: _Dual, ts: Sequence[Any], masks: Sequence[Any]) -> list[Value]:
    """The tangents with which a loop begins, and their masks."""
    start = []
    for j in dual.carried:
        value, given = dual.parts.carried[j], ts[dual.parts.loop.mapped + j]
        dtype = tangent_type(value.type).dtype
        start.append(filled_like(b, 0, value, dtype) if given is None else cast(b, given.value, dtype))
    for j in dual.masked:
        value, given, mask = dual.parts.carried[j], *(of[dual.parts.loop.mapped + j] for of in (ts, masks))
        start.append(filled_like(b, given is not None, value, BOOL) if mask is None else mask.value)
    return start


def _tangents(b: Builder, dual: _Dual, found: Sequence[Value | None]) -> list[Any]:
    """By result, from what the dual loop gave."""
    made = iter([b.term(v) for v in found if v is not None])
    tangents: list[Any] = [None] * len(dual.tangents)
    carried = [next(made) for _ in dual.carried]
    masks = [next(made) for _ in dual.masked]
    collected = [next(made) for _ in dual.collected]
    for j, tangent in zip((*dual.carried, *dual.collected), (*carried, *collected), strict=True):
        tangents[j] = tangent
    for j, mask in zip((*dual.masked, *dual.collected_masks), (*masks, *made), strict=True):
        tangents[j] = Masked(tangents[j], mask, clean=True)
    return tangents


def for_jvp(
    d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop, span: Span, every: int
) -> list[Any]:
    parts = take_apart(loop, [t.value for t in operands], regions[0])
    given, masks, finite = (pure(of, operands)[loop.head :] for of in (ts, d.masks, d.finite))
    dual = _dual(d, parts, given, masks, finite)
    if dual is None:
        return [None] * len(ys)
    mapped = [*parts.mapped, *(t.value for of in (given, masks) for t in of[: loop.mapped] if t is not None)]
    first = loop.mapped + parts.loop.carried
    captures = [t.value for of in (given, masks) for t in of[first:] if t is not None]

    def step(k: Builder, i: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        return _dual_step(k, dual, i, slices, state, captures)

    names = [parts.body.params[i].name for i in parts.slice_at]
    names += [None] * (len(mapped) - len(names)) + [parts.body.params[i].name for i in parts.carried_at]
    count = parts.loop.carried
    start = [*parts.carried, *_dual_start(d.b, dual, given, masks)]
    found = emit_for(d.b, span, mapped, start, step, names=names, needed=lambda k: k >= count, checkpoint=every)
    return spread(_tangents(d.b, dual, found), ys)


def while_jvp(d: ForwardRegions, ts: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop) -> list[Any]:
    condition, region = regions
    parts = take_apart(loop, [t.value for t in operands], region)
    given, masks, finite = (pure(of, operands) for of in (ts, d.masks, d.finite))
    dual = _dual(d, parts, given, masks, finite)
    if dual is None:
        return [None] * len(ys)
    test, count = without_effects(condition), parts.loop.carried
    captures = [t.value for of in (given, masks) for t in of[count:] if t is not None]

    def decide(k: Builder, state: Values) -> Value:
        made = copy_into(k, test, dict(zip(test.params, (*state[:count], *parts.captures), strict=True)))
        return made[test.outputs[0].value]

    def step(k: Builder, state: Values) -> tuple[Values, Values]:
        return _dual_step(k, dual, None, (), state, captures)

    names = [parts.body.params[i].name for i in parts.carried_at]
    start = [*parts.carried, *_dual_start(d.b, dual, given, masks)]
    found = emit_while(d.b, start, decide, step, names=names, needed=lambda k: k >= count)
    return spread(_tangents(d.b, dual, found), ys)
