"""What the backward loop of a loop computes, and writing it.

The forward loop runs again and collects, as tapes, the carried values before each step that the VJP of the body reads.
Then a loop the other way, over slices, tapes and the cotangents of what was collected, carries

    cotangents of the carried values         c <- vjp(body)(… , c)
    sums of the cotangents of captures       s <- s + vjp(body)(…)

and collects the cotangents of the slices.  Masks are carried and collected in the same way, after what they belong to:
those of sums are joined by `or`.  The body is differentiated without masks first; if one comes from outside, or from
the body for a carried value, again with masks for all that is carried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from graphc.ir.builder import Builder
from graphc.ir.derivation import DerivedRegion, Flags, ReverseRegions, tangent_type
from graphc.ir.graph import Graph, Node, Value, reachable
from graphc.ir.loops import Span, add, around, cast, elementwise, emit_for, filled_like
from graphc.ir.op import Masked
from graphc.ir.region import copy_into
from graphc.ir.types import BOOL
from graphc.ops.loop_parts import Parts, Values, finite_inside


@dataclass(frozen=True, slots=True)
class Adjoint:
    """The VJP of a body, and what it computes from what.

    `moving`: the carried values that have cotangents, and with `masked` masks.  `seeded`: the collected results that
    do; `dotted`: those with masks.  `found`: by parameter of the body, its cotangent in `graph`; `masks`: the masks of
    those that have one.  `saved`: the carried values that it reads, but for those that stay what they are, `fixed`.
    """

    parts: Parts
    graph: Graph
    moving: Sequence[int]
    masked: bool
    seeded: Sequence[int]
    dotted: Sequence[int]
    summed: Sequence[int]
    found: dict[int, Value]
    masks: dict[int, Value]
    saved: Sequence[int]
    fixed: Sequence[int]

    @property
    def sliced(self) -> list[int]:
        """The mapped operands that get a cotangent."""
        return [m for m, at in enumerate(self.parts.slice_at) if at in self.found]

    @property
    def sliced_masks(self) -> list[int]:
        """Those of which it has a mask."""
        return [m for m, at in enumerate(self.parts.slice_at) if at in self.masks]

    @property
    def summed_masks(self) -> list[int]:
        """The captures whose sums have masks."""
        return [c for c, at in enumerate(self.parts.capture_at) if at in self.masks]

    def seeds(self, state: Values, collected: Values) -> dict[Value, Value]:
        """What the parameters for cotangents and masks stand for, in a state of the backward loop (see `start`) and
        with the slices of what `seeds_of` says."""
        m, s = len(self.moving), len(self.seeded)
        masks = state[m + len(self.summed) :][: m if self.masked else 0]
        given = [*state[:m], *collected[:s], *masks, *collected[s:]]
        return dict(zip(self.graph.params[len(self.parts.body.params) :], given, strict=True))


def adjoint_of(
    d: ReverseRegions,
    parts: Parts,
    wanted: Sequence[bool],
    finite: Sequence[bool],
    gs: Sequence[Any],
    masks: Sequence[Any],
) -> Adjoint | None:
    """`wanted`, `finite`: which operands after the head want a cotangent, and which are finite; `gs`, `masks`: by
    result.  None if there is nothing to do."""
    body = parts.body
    asked, moving, seeded = _between(d, parts, wanted, gs)
    if not moving and not seeded:
        return None
    dotted = [k for k in seeded if masks[k] is not None]
    masked = bool(dotted) or any(masks[j] is not None for j in moving)
    known = finite_inside(d, parts, finite)

    def derived_with(masked: bool) -> DerivedRegion:
        moved, hidden = {*moving, *seeded}, {*dotted, *(moving if masked else ())}
        flags = Flags(tuple([k in moved for k in range(len(gs))]), tuple([k in hidden for k in range(len(gs))]))
        return d.region(body, asked, flags, known)

    derived = derived_with(masked)
    positions = [i for i, a in enumerate(asked) if a]
    if not masked and any(i in parts.carried_at for i, m in zip(positions, derived.masked, strict=True) if m):
        masked, derived = True, derived_with(True)
    found = {i: v for i, v in zip(positions, derived.derivatives, strict=True) if v is not None}
    found_masks = {i: v for i, v in zip(positions, derived.masks, strict=True) if v is not None}
    live = reachable([*found.values(), *found_masks.values()])
    graph = _only(derived.graph, live)
    read = [j for j, at in enumerate(parts.carried_at) if graph.params[at].node in live]
    fixed = [j for j in read if body.outputs[j].value is body.params[parts.carried_at[j]]]
    saved = [j for j in read if j not in fixed]
    summed = [c for c, at in enumerate(parts.capture_at) if at in found]
    return Adjoint(parts, graph, moving, masked, seeded, dotted, summed, found, found_masks, saved, fixed)


def _between(
    d: ReverseRegions, parts: Parts, wanted: Sequence[bool], gs: Sequence[Any]
) -> tuple[list[bool], list[int], list[int]]:
    """The parameters of the body that want a cotangent, and the carried and the collected values that have one: those
    between the operands that want one and the results that bring one."""
    loop = parts.loop
    flow = around(loop, d.flow(parts.body))
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
    asked = [False] * loop.index + list(wanted)
    for j in range(loop.carried):
        asked[first + j] = j in moving
    return asked, moving, seeded


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
    """The backward loop: the state (see `start`) before it, and the cotangents of the slices, then their masks."""
    parts, graph = adjoint.parts, adjoint.graph
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
        arguments.update((graph.params[at], v) for at, v in zip(parts.capture_at, parts.captures, strict=True))
        arguments.update(adjoint.seeds(state, list(elements)))
        made = copy_into(k, graph, arguments)
        collected = [made[adjoint.found[parts.slice_at[m]]] for m in adjoint.sliced]
        collected += [made[adjoint.masks[parts.slice_at[m]]] for m in adjoint.sliced_masks]
        return _after(k, adjoint, made, state), collected

    names = [
        *(parts.body.params[parts.slice_at[m]].name for m in read),
        *(parts.body.params[parts.carried_at[j]].name for j in adjoint.saved),
        *(None for _ in stretch.seeds),
    ]
    span = Span(stretch.span.length, stretch.span.count, not stretch.span.reverse)
    found = emit_for(b, span, over, state, step, names=names if over and len(names) == len(over) else ())
    complete = [v for v in found if v is not None]
    return complete[: len(state)], complete[len(state) :]


def _after(k: Builder, adjoint: Adjoint, made: dict[Value, Value], state: Values) -> list[Value]:
    """The state after a step of the backward loop, from the cotangents that the step made."""
    parts, found, masks = adjoint.parts, adjoint.found, adjoint.masks
    before = iter(state)
    new = [_settled(k, found.get(parts.carried_at[j]), made, next(before)) for j in adjoint.moving]
    new += [add(k, next(before), made[found[parts.capture_at[c]]]) for c in adjoint.summed]
    if adjoint.masked:
        new += [_settled_mask(k, adjoint, parts.carried_at[j], made, next(before)) for j in adjoint.moving]
    for c in adjoint.summed_masks:
        new.append(elementwise(k, "logical_or", next(before), made[masks[parts.capture_at[c]]]))
    return new


def _settled(k: Builder, found: Value | None, made: dict[Value, Value], before: Value) -> Value:
    """A carried cotangent after a step, in the type that it had before; zero if the step gives none."""
    if found is None:
        return filled_like(k, 0, before, before.type.dtype)
    return cast(k, made[found], before.type.dtype)


def _settled_mask(k: Builder, adjoint: Adjoint, at: int, made: dict[Value, Value], before: Value) -> Value:
    """A carried mask after a step: true where the step gives a cotangent without one, false where it gives none."""
    mask = adjoint.masks.get(at)
    return filled_like(k, at in adjoint.found, before, BOOL) if mask is None else made[mask]


def start(b: Builder, adjoint: Adjoint, gs: Sequence[Any], masks: Sequence[Any]) -> list[Value]:
    """The state in which the backward loop begins: the cotangents of the carried results, and sums for the captures;
    zeros for those that have none.  Then the masks of those with masks, which are false at the zeros."""
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
    for j in adjoint.moving if adjoint.masked else ():
        known = masks[j]
        state.append(filled_like(b, gs[j] is not None, parts.carried[j], BOOL) if known is None else known.value)
    state += [filled_like(b, False, parts.captures[c], BOOL) for c in adjoint.summed_masks]
    return state


def seeds_of(adjoint: Adjoint, gs: Sequence[Any], masks: Sequence[Any]) -> list[Value]:
    """What the backward loop goes over: the cotangents of the collected results, then their masks."""
    return [*(gs[k].value for k in adjoint.seeded), *(masks[k].value for k in adjoint.dotted)]


def assigned(d: ReverseRegions, adjoint: Adjoint, state: Values, sliced: Values) -> list[Any]:
    """Cotangents by operand after the head, from the last state and what was collected."""
    parts = adjoint.parts
    term = d.b.term
    first = parts.loop.mapped + parts.loop.carried
    values, slices = iter(state), iter(sliced)
    found: list[Any] = [None] * (first + len(parts.captures))
    found_at = [*adjoint.sliced, *(parts.loop.mapped + j for j in adjoint.moving), *(first + c for c in adjoint.summed)]
    for i, source in zip(found_at, [slices] * len(adjoint.sliced) + [values] * len(found_at), strict=False):
        found[i] = term(next(source))
    carried = [parts.loop.mapped + j for j in adjoint.moving] if adjoint.masked else []
    masks_at = [*adjoint.sliced_masks, *carried, *(first + c for c in adjoint.summed_masks)]
    for i, source in zip(masks_at, [slices] * len(adjoint.sliced_masks) + [values] * len(masks_at), strict=False):
        found[i] = Masked(found[i], term(next(source)), clean=True)
    return found
