"""Loops built by hand: bodies as functions on terms, closed over what they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphc.ir.builder import Builder, Term
from graphc.ir.dims import Dim
from graphc.ir.graph import Graph, Output, Value
from graphc.ir.region import close_region
from graphc.ir.types import I64, StackType, TensorType
from graphc.ops import CATALOGUE

Body = Callable[..., tuple[Sequence[Term], Sequence[Term]]]


def for_(
    b: Builder,
    body: Body,
    *,
    mapped: Sequence[Term] = (),
    carried: Sequence[Term] = (),
    count: Term | None = None,
    length: Dim | None = None,
    reverse: bool = False,
    checkpoint: int = 0,
) -> tuple[Term, ...]:
    """`body(b, i, *slices, *carried)` gives the new carried values and what is collected."""
    inner = Builder(CATALOGUE, b.default_float, b.origin, b)
    types = [TensorType(I64), *map(element, mapped), *(c.value.type for c in carried)]
    params = _parameters(inner, types)
    new, collected = body(inner, *params)
    region, captures = close_region(
        CATALOGUE["parameter"],
        inner.nodes,
        [p.value for p in params],
        [t.value for t in (*new, *collected)],
        b.origin,
        b.default_float,
    )
    head = [] if count is None else [count.value]
    inputs = [*head, *(t.value for t in (*mapped, *carried)), *captures]
    attrs = (len(mapped), len(carried), length, reverse, checkpoint)
    return tuple(map(b.term, b.emit(CATALOGUE["for"], inputs, attrs, (region,)).results))


def while_(b: Builder, condition: Callable[..., Term], body: Body, carried: Sequence[Term]) -> tuple[Term, ...]:
    """`condition(b, *carried)` and `body(b, *carried)`."""
    builders = [Builder(CATALOGUE, b.default_float, b.origin, b) for _ in range(2)]
    params = [_parameters(inner, [c.value.type for c in carried]) for inner in builders]
    test = condition(builders[0], *params[0])
    new, collected = body(builders[1], *params[1])
    ends = ([test.value], [t.value for t in (*new, *collected)])
    regions = []
    taken: list[Value] = []
    for inner, own, outputs in zip(builders, params, ends, strict=True):
        region, captures = close_region(
            CATALOGUE["parameter"], inner.nodes, [p.value for p in own], outputs, b.origin, b.default_float
        )
        regions.append((region, captures))
        taken += [c for c in captures if c not in taken]
    closed = tuple(_with_all(region, captures, taken, len(carried)) for region, captures in regions)
    inputs = [*(t.value for t in carried), *taken]
    return tuple(map(b.term, b.emit(CATALOGUE["while"], inputs, (len(carried),), closed).results))


def _with_all(region: Graph, captures: Sequence[Value], taken: Sequence[Value], own: int) -> Graph:
    """The region with a parameter for each of `taken`."""
    of = dict(zip(captures, region.params[own:], strict=True))
    b = Builder(CATALOGUE, region.default_float)
    for v in taken:
        if v not in of:
            of[v] = _parameters(b, [v.type])[0].value
    params = (*region.params[:own], *(of[v] for v in taken))
    return Graph((*b.nodes, *region.nodes), region.outputs, params, default_float=region.default_float)


def element(t: Term) -> TensorType:
    """The type of a slice."""
    kind = t.value.type
    return kind.element if isinstance(kind, StackType) else kind.with_shape(kind.shape[1:])


def _parameters(b: Builder, types: Sequence[Any]) -> list[Term]:
    op = CATALOGUE["parameter"]
    return [b.term(b.emit(op, (), (f"p{i}", t), (), (f"p{i}",)).results[0]) for i, t in enumerate(types)]


def program(b: Builder, **outputs: Term) -> Graph:
    """The graph of a builder."""
    ends = tuple(Output(name, t.value, b.origin) for name, t in outputs.items())
    return Graph(tuple(b.nodes), ends, default_float=b.default_float)
