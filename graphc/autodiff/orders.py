"""Derivatives of derivatives by scalars: from the third order on forwards, with what was found before.

A reverse sweep about doubles a graph, so that n of them make it exponential in n.  Forwards, the tangent of a value is
a node for good: that of `u * v` is `u' * v + u * v'`, and the next order meets `u`, `v`, `u'` again.  With each tangent
found once, and equal nodes shared, a derivative of order n has as many nodes as its factors have distinct products of
derivatives, a polynomial in n.

In: what `reverse.gradient` and `forward.jvp` are given.  Out: the same.  What is remembered belongs to the builder.
The first two orders are those sweeps themselves, as are derivatives by tensors and through loops and branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphc.autodiff import forward, reverse
from graphc.autodiff.activity import activity, carries_derivative
from graphc.autodiff.forward import Sweep, push
from graphc.autodiff.masked import Cotangent, materialise
from graphc.autodiff.record import Record
from graphc.autodiff.transpose import literal
from graphc.autodiff.zeros import Finiteness
from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value
from graphc.ir.op import Control
from graphc.ir.types import TensorType
from graphc.source import Span

_FORWARDS = 3  # the order from which on
_MOST = 8  # scalars by which a tangent each is cheaper than a sweep back


@dataclass(slots=True)
class Found:
    """What the derivatives in a builder's code have left: their orders, the tangents for a scalar and its own tangent,
    and the nodes that make those by what they are."""

    orders: dict[Value, int] = field(default_factory=dict)
    tangents: dict[tuple[Value, Constant], dict[Value, Cotangent]] = field(default_factory=dict)
    nodes: dict[Any, Node] = field(default_factory=dict)
    sweep: Sweep = field(default_factory=lambda: Sweep(None, {}, Finiteness()))


def gradient(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    seeds: Sequence[Value | None],
    *,
    asked: Span | None = None,
    nodes: Sequence[Node] | None = None,
    record: Record | None = None,
) -> list[Value | None]:
    """`reverse.gradient`, or the same derivatives forwards."""
    if len(ys) != 1 or not _is_scalar(ys[0]) or seeds[0] is not None or nodes is not None or record is not None:
        return reverse.gradient(b, ys, wrt, seeds, asked=asked, nodes=nodes, record=record)
    order, forwards = _order(b, ys, wrt)
    if forwards:
        results = [_tangents(b, ys, x, Constant.scalar(1, x.type.dtype), asked)[0] for x in wrt]
    else:
        results = reverse.gradient(b, ys, wrt, seeds, asked=asked)
    return _noted(b, results, order)


def jvp(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    tangents: Sequence[Value | None],
    *,
    asked: Span | None = None,
    nodes: Sequence[Node] | None = None,
) -> list[Value | None]:
    """`forward.jvp`, or what it would give by way of what was found before."""
    data = literal(tangents[0]) if len(wrt) == 1 and tangents[0] is not None else None
    if data is None or not _is_scalar(wrt[0]) or nodes is not None:
        return forward.jvp(b, ys, wrt, tangents, asked=asked, nodes=nodes)
    order, forwards = _order(b, ys, wrt)
    if forwards:
        results = _tangents(b, ys, wrt[0], data, asked)
    else:
        results = forward.jvp(b, ys, wrt, tangents, asked=asked)
    return _noted(b, results, order)


def _order(b: Builder, ys: Sequence[Value], wrt: Sequence[Value]) -> tuple[int, bool]:
    """The order that a derivative of `ys` has, and whether it is to go on from those before."""
    if b.derivatives is None:
        b.derivatives = Found()
    orders = b.derivatives.orders
    if not orders:
        return 1, False
    path = activity(b.backwards(), ys, wrt).nodes
    order = 1 + max((orders.get(r, 0) for n in path for r in n.results), default=0)
    few = len(wrt) <= _MOST and all(map(_is_scalar, wrt))
    return order, order >= _FORWARDS and few and not any(isinstance(n.op, Control) for n in path)


def _is_scalar(value: Value) -> bool:
    return isinstance(value.type, TensorType) and not value.type.shape


def _noted(b: Builder, results: list[Value | None], order: int) -> list[Value | None]:
    b.derivatives.orders.update((r, order) for r in results if r is not None)
    return results


def _tangents(b: Builder, ys: Sequence[Value], x: Value, data: Constant, asked: Span | None) -> list[Value | None]:
    """The tangents of the ys for one of x, as values that no other derivative is."""
    found: Found = b.derivatives
    moving = found.tangents.setdefault((x, data), {})
    here = b.origin
    if x not in moving:
        moving[x] = Cotangent(b.constant(data))
    try:
        for node in activity(b.backwards(), ys, [x]).nodes:
            if node.results[0] not in moving and any(v in moving for v in node.inputs):
                b.origin = node.origin.derive("tangent", asked)
                moving.update(_pushed(b, found, node, moving))
    finally:
        b.origin = here
    return [_own(b, materialise(b, moving[y])) if y in moving else None for y in ys]


def _own(b: Builder, value: Value) -> Value:
    """The value, or a copy if it has a name or is another derivative, too."""
    if value.name is None and value not in b.derivatives.orders and value.node.inputs:
        return value
    copy = value.node.copy(value.node.inputs, origin=b.origin)
    b.add(copy)
    return copy.results[value.node.results.index(value)]


def _pushed(b: Builder, found: Found, node: Node, moving: dict[Value, Cotangent]) -> dict[Value, Cotangent]:
    """The tangents of a node's results, made of nodes that are there already, as far as possible."""
    mark = len(b.nodes)
    tangents = push(b, node, moving, found.sweep)
    masked = any(t is not None and t.mask is not None for t in (*tangents, *map(moving.get, node.inputs)))
    mapping = {} if masked else _shared(b, mark, found.nodes)  # a mask may yet be made of what was written
    return {
        r: Cotangent(mapping.get(t.value, t.value), t.mask, t.dirt)
        for r, t in zip(node.results, tangents, strict=True)
        if t is not None and carries_derivative(r)
    }


def _shared(b: Builder, mark: int, known: dict[Any, Node]) -> dict[Value, Value]:
    """Take back the nodes from `mark` on that there are already; what stands for their values."""
    written = b.nodes[mark:]
    del b.nodes[mark:]
    mapping: dict[Value, Value] = {}
    for node in written:
        inputs = tuple([mapping.get(v, v) for v in node.inputs])
        key = (node.op, node.attrs, inputs, node.regions)
        same = known.get(key)
        if same is None:
            same = node if inputs == node.inputs else node.copy(inputs)
            known[key] = same
            b.add(same)
        if same is not node:
            mapping.update(zip(node.results, same.results, strict=True))
    return mapping
