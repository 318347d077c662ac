"""Loops: writing them, leaving out of them what nobody needs, and arithmetic on stacks.

The rules of loops and the differentiator write loops here, from functions that append a step to a builder; `prune` and
they drop what isn't needed.  Ops are found in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.ir.builder import Builder
from graphc.ir.dims import Dim
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.layout import Loop
from graphc.ir.op import Control
from graphc.ir.region import close_branches, close_region, tidy
from graphc.ir.types import I64, StackType, TensorType

# builder, index, slices, carried -> new carried, collected
ForStep: TypeAlias = Callable[
    [Builder, Value, Sequence[Value], Sequence[Value]], tuple[Sequence[Value], Sequence[Value]]
]
# builder, carried -> new carried, collected
WhileStep: TypeAlias = Callable[[Builder, Sequence[Value]], tuple[Sequence[Value], Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Span:
    """How far a `for` goes without anything to go over, and in which order: a length, or a count of the run."""

    length: Dim | None
    count: Value | None
    reverse: bool


def emit_for(
    b: Builder,
    span: Span,
    mapped: Sequence[Value],
    carried: Sequence[Value],
    step: ForStep,
    *,
    names: Sequence[str | None] = (),
    needed: Callable[[int], bool] = lambda _: True,
    checkpoint: int = 0,
) -> list[Value | None]:
    """A `for` without what the results that are `needed` don't need.  None for the others.

    `step` may read all that `b` sees.  `names` are those of slices and carried values.
    """
    op = b.catalogue["for"]
    inner = Builder(b.catalogue, b.default_float, b.origin, b)
    shown = [*names, *(None,) * (len(mapped) + len(carried) - len(names))]
    index = _parameter(inner, "i", TensorType(I64))
    slices = [_parameter(inner, n, element(v.type)) for n, v in zip(shown, mapped, strict=False)]
    state = [_parameter(inner, n, v.type) for n, v in zip(shown[len(mapped) :], carried, strict=True)]
    own = (index, *slices, *state)
    new, collected = step(inner, index, slices, state)
    region, captures = close_region(
        b.catalogue["parameter"], inner.nodes, own, (*new, *collected), b.origin, b.default_float
    )
    head = () if mapped or span.count is None else (span.count,)
    attrs = (len(mapped), len(carried), span.length, span.reverse, checkpoint)
    return _emit(b, op, (*head, *mapped, *carried, *captures), attrs, (region,), len(new) + len(collected), needed)


def emit_while(
    b: Builder,
    carried: Sequence[Value],
    condition: Callable[[Builder, Sequence[Value]], Value],
    step: WhileStep,
    *,
    names: Sequence[str | None] = (),
    needed: Callable[[int], bool] = lambda _: True,
) -> list[Value | None]:
    """A `while` without what the results that are `needed` don't need.  None for the others."""
    builders = [Builder(b.catalogue, b.default_float, b.origin, b) for _ in range(2)]
    shown = [*names, *(None,) * (len(carried) - len(names))]
    states = [[_parameter(k, n, v.type) for n, v in zip(shown, carried, strict=True)] for k in builders]
    test = condition(builders[0], states[0])
    new, collected = step(builders[1], states[1])
    branches = [(builders[0].nodes, (test,)), (builders[1].nodes, (*new, *collected))]
    regions, captures = close_branches(
        b.catalogue["parameter"], branches, None, b.origin, b.default_float, params=states
    )
    results = len(new) + len(collected)
    return _emit(b, b.catalogue["while"], (*carried, *captures), (len(carried),), regions, results, needed)


def _emit(
    b: Builder,
    op: Any,
    inputs: Sequence[Value],
    attrs: tuple[Any, ...],
    regions: Sequence[Graph],
    results: int,
    needed: Callable[[int], bool],
) -> list[Value | None]:
    kept = [i for i in range(results) if needed(i)]
    if not kept:
        return [None] * results
    made = narrowed(op, tuple(inputs), attrs, tuple(regions), kept)
    node = b.emit(op, made.inputs, made.attrs, made.regions)
    found: list[Value | None] = [None] * results
    for i, value in zip(made.results, node.results, strict=True):
        found[i] = value if needed(i) else None
    return found


def element(type: Any) -> TensorType:
    """What a loop over a tensor or stack of this type goes over."""
    if isinstance(type, StackType):
        return type.element
    return type.with_shape(type.shape[1:])  # type: ignore[no-any-return]


def _parameter(b: Builder, name: str | None, type: Any) -> Value:
    return b.emit(b.catalogue["parameter"], (), (name or "p", type), (), (name,)).results[0]


# ---------------------------------------------------------------- what nobody needs


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A loop with fewer operands and results: `results` are those that are left."""

    inputs: tuple[Value, ...]
    attrs: tuple[Any, ...]
    regions: tuple[Graph, ...]
    results: list[int]


def narrowed(
    op: Control, inputs: tuple[Value, ...], attrs: tuple[Any, ...], regions: tuple[Graph, ...], needed: Sequence[int]
) -> Narrowed:
    """The loop that computes the results of these numbers: without carried values that they don't depend on, slices
    and captures that no region reads."""
    assert op.loop is not None
    loop = op.loop(*attrs)
    *tests, body = regions
    first = loop.index + loop.mapped  # of the carried among the body's parameters
    carried = {j for j in needed if j < loop.carried}
    collected = [j for j in needed if j >= loop.carried]
    seen: set[Node] = set()
    for test in tests:
        decides: set[Node] = set()
        _reach(decides, (o.value for o in test.outputs))
        carried.update(j for j in range(loop.carried) if test.params[j].node in decides)
    waiting = [*carried, *collected]
    while waiting:
        _reach(seen, (body.outputs[j].value for j in waiting))
        waiting = [j for j in range(loop.carried) if j not in carried and body.params[first + j].node in seen]
        carried.update(waiting)
    mapped = [m for m in range(loop.mapped) if body.params[loop.index + m].node in seen]
    mapped = mapped if len(mapped) >= loop.least else list(range(loop.least))
    kept = sorted(carried)
    results = [*kept, *collected]
    own = [*range(loop.index), *(loop.index + m for m in mapped), *(first + j for j in kept)]
    smaller = [_part(t, kept, loop.carried, range(len(t.outputs))) for t in tests]
    smaller.append(_part(body, own, first + loop.carried, results))
    start = loop.head + loop.mapped
    captures, tidied = tidy(inputs[start + loop.carried :], smaller, [*(len(kept) for _ in tests), len(own)])
    given = (*inputs[: loop.head], *(inputs[loop.head + m] for m in mapped), *(inputs[start + j] for j in kept))
    return Narrowed((*given, *captures), loop.resized(len(mapped), len(kept)), tidied, results)


def passed_on(loop: Loop, body: Graph) -> list[int]:
    """The carried values that each step gives on as they are."""
    first = loop.index + loop.mapped
    return [j for j in range(loop.carried) if body.outputs[j].value is body.params[first + j]]


def without(
    op: Control, inputs: tuple[Value, ...], attrs: tuple[Any, ...], regions: tuple[Graph, ...], fixed: Sequence[int]
) -> Narrowed:
    """The loop with these carried values, which every step passes on, as captures."""
    assert op.loop is not None
    loop = op.loop(*attrs)
    *tests, body = regions
    kept = [j for j in range(loop.carried) if j not in fixed]
    results = [*kept, *range(loop.carried, len(body.outputs))]
    parts = [_moved(t, 0, loop.carried, kept, fixed, range(len(t.outputs))) for t in tests]
    first = loop.index + loop.mapped
    parts.append(_moved(body, first, loop.carried, kept, fixed, results))
    start = loop.head + loop.mapped
    captures = (*inputs[start + loop.carried :], *(inputs[start + j] for j in fixed))
    captures, tidied = tidy(captures, parts, [*(len(kept) for _ in tests), first + len(kept)])
    given = (*inputs[:start], *(inputs[start + j] for j in kept))
    return Narrowed((*given, *captures), loop.resized(loop.mapped, len(kept)), tidied, results)


def _moved(
    region: Graph, first: int, carried: int, kept: Sequence[int], fixed: Sequence[int], outputs: Iterable[int]
) -> Graph:
    """The region with the parameters of the fixed at the end, and those outputs."""
    own, others = region.params[:first], region.params[first + carried :]
    params = (*own, *(region.params[first + j] for j in kept), *others, *(region.params[first + j] for j in fixed))
    ends = tuple([Output(str(i), region.outputs[j].value, region.outputs[j].origin) for i, j in enumerate(outputs)])
    return Graph(region.nodes, ends, params, default_float=region.default_float)


def _reach(seen: set[Node], values: Iterable[Value]) -> None:
    stack = [v.node for v in values]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(v.node for v in node.inputs if v.node not in seen)


def _part(region: Graph, own: Sequence[int], before: int, outputs: Sequence[int]) -> Graph:
    """The region with those of its first `before` parameters, and those outputs."""
    if len(own) == before and len(outputs) == len(region.outputs):
        return region
    params = (*(region.params[i] for i in own), *region.params[before:])
    dropped = {p.node for p in region.params}.difference(p.node for p in params)
    ends = tuple([Output(str(i), region.outputs[j].value, region.outputs[j].origin) for i, j in enumerate(outputs)])
    seen: set[Node] = set()
    _reach(seen, (o.value for o in ends))
    kept = {p.node for p in params}
    nodes = tuple([n for n in region.nodes if n in kept or (n in seen and n not in dropped)])
    return Graph(nodes, ends, params, default_float=region.default_float)


# ---------------------------------------------------------------- what depends on what


def around(loop: Loop, body: Sequence[int]) -> list[int]:
    """What a body's outputs depend on after any number of steps, from what they do after one."""
    first = loop.index + loop.mapped
    found = list(body)
    while True:
        before = list(found)
        for i, mask in enumerate(before):
            for j in range(loop.carried):
                if mask >> (first + j) & 1:
                    found[i] |= found[j]
        if found == before:
            return found


# ---------------------------------------------------------------- arithmetic of cotangents and tangents


def elementwise(b: Builder, name: str, *operands: Value) -> Value:
    """An elementwise op on tensors, or on stacks of one length."""
    if not isinstance(operands[0].type, StackType):
        return b.value_of(name, *map(b.term, operands))
    return _collected(b, operands, lambda k, slices: k.value_of(name, *map(k.term, slices)))


def add(b: Builder, s: Value, t: Value) -> Value:
    """The sum of two tensors, or of two stacks of one length."""
    return elementwise(b, "add", s, t)


def selected(b: Builder, mask: Value, value: Value) -> Value:
    """A tensor or stack where a mask of its kind is true, and 0 elsewhere."""
    if not isinstance(value.type, StackType):
        return b.value_of("where", b.term(mask), b.term(value), 0)
    return _collected(b, (mask, value), lambda k, slices: selected(k, *slices))


def cast(b: Builder, value: Value, dtype: Any) -> Value:
    """A tensor, or the elements of a stack, in a dtype."""
    if value.type.dtype is dtype:
        return value
    if not isinstance(value.type, StackType):
        return b.cast(value, dtype)
    return _collected(b, (value,), lambda k, slices: k.cast(slices[0], dtype))


def filled_like(b: Builder, number: int, value: Value, dtype: Any) -> Value:
    """A tensor or stack like `value` with one number everywhere."""
    if isinstance(value.type, StackType):
        return _collected(b, (value,), lambda k, slices: filled_like(k, number, slices[0], dtype))
    return filled(b, number, value.type.shape, dtype)


def filled(b: Builder, number: int, shape: tuple[Dim, ...], dtype: Any) -> Value:
    return _spread(b, b.number(number, dtype), shape)


def spread_like(b: Builder, scalar: Value, value: Value) -> Value:
    """A tensor or stack like `value` with a scalar everywhere."""
    if isinstance(value.type, StackType):
        return _collected(b, (value,), lambda k, slices: spread_like(k, scalar, slices[0]))
    return _spread(b, scalar, value.type.shape)


def _spread(b: Builder, scalar: Value, shape: tuple[Dim, ...]) -> Value:
    return b.value_of("broadcast_to", b.term(scalar), shape) if shape else scalar


def _collected(b: Builder, stacks: Sequence[Value], f: Callable[[Builder, Sequence[Value]], Value]) -> Value:
    (result,) = emit_for(b, Span(None, None, False), stacks, (), lambda k, i, slices, state: ((), (f(k, slices),)))
    assert result is not None
    return result
