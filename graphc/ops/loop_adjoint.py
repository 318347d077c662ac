"""What the backward loop of a loop computes, and writing it.

The forward loop runs again and collects, as tapes, the carried values before each step that the VJP of the body reads.
Then a loop the other way, over slices, tapes and the cotangents of what was collected, carries

    cotangents of the carried values         c <- vjp(body)(… , c)
    sums of the cotangents of captures       s <- s + vjp(body)(…)

and collects the cotangents of the slices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Value, reachable
from graphc.ir.loops import Span, add, around, cast, emit_for, filled_like
from graphc.ir.region import ReverseRegions, copy_into, tangent_type
from graphc.ops.loop_parts import Parts, Values


@dataclass(frozen=True, slots=True)
class Adjoint:
    """The VJP of a body, and what it computes from what.

    `moving`: the carried values that have cotangents.  `seeded`: the collected results that do.  `found`: by parameter
    of the body, its cotangent in `graph`.  `saved`: the carried values that it reads, but for those that stay what they
    are, `fixed`.
    """

    parts: Parts
    graph: Graph
    moving: Sequence[int]
    seeded: Sequence[int]
    summed: Sequence[int]
    found: dict[int, Value]
    saved: Sequence[int]
    fixed: Sequence[int]

    @property
    def seeds(self) -> Values:
        """The parameters for cotangents: of the carried, then of the collected."""
        return self.graph.params[len(self.parts.body.params) :]

    @property
    def sliced(self) -> list[int]:
        """The mapped operands that get a cotangent."""
        return [m for m, at in enumerate(self.parts.slice_at) if at in self.found]


def adjoint_of(d: ReverseRegions, parts: Parts, wanted: Sequence[bool], gs: Sequence[Any]) -> Adjoint | None:
    """`wanted`: which operands after the head want a cotangent.  None if there is nothing to do."""
    loop, body = parts.loop, parts.body
    flow = around(loop, d.flow(body))
    first = parts.carried_at.start
    seeds = 0  # the parameters of the body that a derivative starts from
    for i, w in enumerate(wanted):
        seeds |= int(w) << (loop.index + i)
    starts = [bool(seeds >> (first + j) & 1) for j in range(loop.carried)]
    active = [bool(mask & seeds) or (j < loop.carried and starts[j]) for j, mask in enumerate(flow)]
    reached = {j for j in range(loop.carried) if gs[j] is not None}
    for g, mask in zip(gs, flow, strict=True):
        if g is not None:
            reached.update(j for j in range(loop.carried) if mask >> (first + j) & 1)
    moving = [j for j in range(loop.carried) if j in reached and active[j]]
    seeded = [k for k in range(loop.carried, len(gs)) if gs[k] is not None and active[k]]
    if not moving and not seeded:
        return None
    asked = [False] * loop.index + list(wanted)
    for j in range(loop.carried):
        asked[first + j] = j in moving
    outputs = {*moving, *seeded}
    derived = d.region(body, asked, [k in outputs for k in range(len(gs))])
    ends = iter(derived.graph.outputs)
    positions = [i for i, a in enumerate(asked) if a]
    found = {i: next(ends).value for i, present in zip(positions, derived.present, strict=True) if present}
    live = reachable(found.values())
    graph = _only(derived.graph, live)
    read = [j for j, at in enumerate(parts.carried_at) if graph.params[at].node in live]
    fixed = [j for j in read if body.outputs[j].value is body.params[parts.carried_at[j]]]
    saved = [j for j in read if j not in fixed]
    summed = [c for c, at in enumerate(parts.capture_at) if at in found]
    return Adjoint(parts, graph, moving, seeded, summed, found, saved, fixed)


def _only(region: Graph, live: Set[Node]) -> Graph:
    nodes = tuple([n for n in region.nodes if n in live])
    return Graph(nodes, region.outputs, region.params, default_float=region.default_float)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some steps of a loop: what it goes over there, and from which index on."""

    span: Span
    mapped: Values
    seeds: Values  # cotangents of what was collected
    base: Callable[[Builder], Value] | None


def _index(k: Builder, i: Value, stretch: Stretch) -> Value:
    return i if stretch.base is None else k.value_of("add", k.term(stretch.base(k)), k.term(i))


def run_again(
    b: Builder, adjoint: Adjoint, stretch: Stretch, carried: Values, last: bool, taped: bool
) -> tuple[list[Value | None], list[Value | None]]:
    """The forward loop: the last carried values, if asked for, and the tapes of the saved ones, if asked for."""
    parts = adjoint.parts
    count = parts.loop.carried

    def step(k: Builder, i: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        made = copy_into(k, parts.body, arguments(parts, _index(k, i, stretch), slices, state))
        new = [made[o.value] for o in parts.body.outputs[:count]]
        return new, [state[j] for j in adjoint.saved]

    names = [parts.body.params[i].name for i in (*parts.slice_at, *parts.carried_at)]
    needed = lambda k: last if k < count else taped  # noqa: E731
    found = emit_for(b, stretch.span, stretch.mapped, carried, step, names=names, needed=needed)
    return found[:count], found[count:]


def arguments(parts: Parts, index: Value | None, slices: Values, state: Values) -> dict[Value, Value]:
    """What the parameters of the body stand for."""
    given = [*([index] if parts.loop.index and index is not None else ()), *slices, *state, *parts.captures]
    return dict(zip(parts.body.params, given, strict=True))


def run_back(
    b: Builder, adjoint: Adjoint, stretch: Stretch, tapes: Values, state: Values
) -> tuple[list[Value], list[Value]]:
    """The backward loop: the state (cotangents of the carried, sums for the captures) before it, and the cotangents of
    the slices."""
    parts, graph, moving = adjoint.parts, adjoint.graph, len(adjoint.moving)
    live = {n for n in graph.nodes if not n.inputs}
    read = [m for m, at in enumerate(parts.slice_at) if graph.params[at].node in live]
    over = [*(stretch.mapped[m] for m in read), *tapes, *stretch.seeds]
    if not over and parts.loop.least:
        over = [stretch.mapped[0]]

    def step(k: Builder, i: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        arguments: dict[Value, Value] = {}
        if parts.loop.index and graph.params[0].node in live:
            arguments[graph.params[0]] = _index(k, i, stretch)
        elements = iter(slices)
        arguments.update((graph.params[parts.slice_at[m]], next(elements)) for m in read)
        arguments.update((graph.params[parts.carried_at[j]], next(elements)) for j in adjoint.saved)
        arguments.update((graph.params[parts.carried_at[j]], parts.carried[j]) for j in adjoint.fixed)
        arguments.update(zip(adjoint.seeds, [*state[:moving], *elements], strict=False))
        arguments.update((graph.params[at], v) for at, v in zip(parts.capture_at, parts.captures, strict=True))
        made = copy_into(k, graph, arguments)
        cotangents = [
            _settled(k, adjoint.found.get(parts.carried_at[j]), made, before)
            for j, before in zip(adjoint.moving, state, strict=False)
        ]
        parts_of = [made[adjoint.found[parts.capture_at[c]]] for c in adjoint.summed]
        sums = [add(k, before, part) for before, part in zip(state[moving:], parts_of, strict=True)]
        collected = [made[adjoint.found[parts.slice_at[m]]] for m in adjoint.sliced]
        return (*cotangents, *sums), collected

    names = [
        *(parts.body.params[parts.slice_at[m]].name for m in read),
        *(parts.body.params[parts.carried_at[j]].name for j in adjoint.saved),
        *(None for _ in stretch.seeds),
    ]
    span = Span(stretch.span.length, stretch.span.count, not stretch.span.reverse)
    found = emit_for(b, span, over, state, step, names=names if over and len(names) == len(over) else ())
    complete = [v for v in found if v is not None]
    return complete[: len(state)], complete[len(state) :]


def _settled(k: Builder, found: Value | None, made: dict[Value, Value], before: Value) -> Value:
    """A carried cotangent after a step, in the type that it had before; zero if the step gives none."""
    if found is None:
        return filled_like(k, 0, before, before.type.dtype)
    return cast(k, made[found], before.type.dtype)


def start(b: Builder, adjoint: Adjoint, gs: Sequence[Any]) -> list[Value]:
    """The state in which the backward loop begins: the cotangents of the results, zeros for the others."""
    parts = adjoint.parts
    state = []
    for j in adjoint.moving:
        type = tangent_type(parts.carried[j].type)
        given = gs[j]
        zero = given is None
        state.append(filled_like(b, 0, parts.carried[j], type.dtype) if zero else cast(b, given.value, type.dtype))
    for c in adjoint.summed:
        dtype = adjoint.found[parts.capture_at[c]].type.dtype
        state.append(filled_like(b, 0, parts.captures[c], dtype))
    return state


def assigned(d: ReverseRegions, adjoint: Adjoint, state: Values, sliced: Values) -> list[Any]:
    """Cotangents by operand after the head."""
    parts = adjoint.parts
    found: list[Any] = [None] * (parts.loop.mapped + parts.loop.carried + len(parts.captures))
    for m, value in zip(adjoint.sliced, sliced, strict=True):
        found[m] = d.b.term(value)
    moving = len(adjoint.moving)
    for j, value in zip(adjoint.moving, state, strict=False):
        found[parts.loop.mapped + j] = d.b.term(value)
    for c, value in zip(adjoint.summed, state[moving:], strict=True):
        found[parts.loop.mapped + parts.loop.carried + c] = d.b.term(value)
    return found
