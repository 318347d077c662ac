"""The VJPs of loops: the body's VJP in a loop the other way.  See loop_adjoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.ir.builder import Builder
from graphc.ir.derivation import ReverseRegions
from graphc.ir.graph import Graph, Value
from graphc.ir.layout import Loop
from graphc.ir.loops import Span, emit_while
from graphc.ir.region import copy_into, without_effects
from graphc.ir.types import I64, StackType
from graphc.ops.loop_adjoint import (
    Adjoint,
    Stretch,
    adjoint_of,
    arguments,
    assigned,
    run_again,
    run_back,
    seeds_of,
    start,
)
from graphc.ops.loop_parts import Values, pure, spread, take_apart
from graphc.ops.loop_segments import by_segments


def for_vjp(
    d: ReverseRegions, gs: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop, span: Span, every: int
) -> list[Any]:
    """`every`: the steps between two that are kept; 0 keeps all."""
    parts = take_apart(loop, [t.value for t in operands], regions[0])
    given, masks = pure(gs, ys), pure(d.masks, ys)
    wanted, finite = (pure(flags, operands)[loop.head :] for flags in (d.wanted, d.finite))
    adjoint = adjoint_of(d, parts, wanted, finite, given, masks)
    if adjoint is None:
        return [None] * len(operands)
    b = d.b
    seeds = seeds_of(adjoint, given, masks)
    whole = Stretch(span, parts.mapped, seeds, None)
    state = start(b, adjoint, given, masks)
    tensors = not any(isinstance(v.type, StackType) for v in (*parts.mapped, *seeds))
    if every and tensors and adjoint.saved:
        state, sliced = by_segments(b, adjoint, whole, every, state)
    else:
        _, tapes = run_again(b, adjoint, whole, parts.carried, False, True) if adjoint.saved else ([], [])
        state, sliced = run_back(b, adjoint, whole, [t for t in tapes if t is not None], state)
    return spread([*([None] * loop.head), *assigned(d, adjoint, state, sliced)], operands)


def while_vjp(d: ReverseRegions, gs: Any, ys: Any, operands: Any, regions: Sequence[Graph], loop: Loop) -> list[Any]:
    """The steps are counted by the tapes; if there are none, by a carried number."""
    condition, region = regions
    parts = take_apart(loop, [t.value for t in operands], region)
    given, masks = pure(gs, ys), pure(d.masks, ys)
    adjoint = adjoint_of(d, parts, pure(d.wanted, operands), pure(d.finite, operands), given, masks)
    if adjoint is None:
        return [None] * len(operands)
    b = d.b
    test = without_effects(condition)
    seeds = seeds_of(adjoint, given, masks)
    tapes, steps = _while_again(b, adjoint, test, counting=not seeds)
    stretch = Stretch(Span(None, steps, False), (), seeds, None)
    state, sliced = run_back(b, adjoint, stretch, tapes, start(b, adjoint, given, masks))
    return spread(assigned(d, adjoint, state, sliced), operands)


def _while_again(b: Builder, adjoint: Adjoint, test: Graph, counting: bool) -> tuple[list[Value], Value | None]:
    """The loop once more, for its tapes or the number of its steps."""
    parts = adjoint.parts
    count = parts.loop.carried
    counting = counting and not adjoint.saved
    if not counting and not adjoint.saved:
        return [], None
    start = [*parts.carried, *([b.number(0, I64)] if counting else ())]

    def condition(k: Builder, state: Values) -> Value:
        made = copy_into(k, test, dict(zip(test.params, (*state[:count], *parts.captures), strict=True)))
        return made[test.outputs[0].value]

    def step(k: Builder, state: Values) -> tuple[Values, Values]:
        made = copy_into(k, parts.body, arguments(parts, None, (), state[:count]))
        new = [made[o.value] for o in parts.body.outputs[:count]]
        more = [k.value_of("add", k.term(n), k.term(k.number(1, I64))) for n in state[count:]]
        return (*new, *more), [state[j] for j in adjoint.saved]

    names = [parts.body.params[i].name for i in parts.carried_at]
    found = emit_while(b, start, condition, step, names=names, needed=lambda k: k >= count)
    tapes = [v for v in found[len(start) :] if v is not None]
    return tapes, found[count] if counting else None
