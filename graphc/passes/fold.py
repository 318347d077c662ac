"""fold: what can be computed now is computed now, by the ops' own `evaluate`.

Trees of constants become constants, within a budget of bytes and operations.  Tensors that an op makes out of less
(`zeros`, `arange`, broadcasts) stay as they are written unless more can be computed with them.  Kept values are no
constants.  A node whose evaluation fails stays: the run will say so, with its place.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphc.ir import dims
from graphc.ir.constant import Constant
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Contraction, Control, Creation, Effect, MatrixOp, Ordering, Placeholder, View
from graphc.ir.types import STR, Array
from graphc.passes.branches import taken, with_numbers, without_detours, without_idle, without_passengers
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import everywhere, relocate, without_dead
from graphc.passes.splat import only_element
from graphc.passes.wording import constant_text, written


def _fold(graph: Graph, context: Context) -> Graph:
    for simpler in (without_idle, without_passengers, without_detours, with_numbers):
        graph = simpler(graph, context)
    known = _Known(context)
    for node in graph.nodes:
        known.add(node)
    while known.chosen:
        for node in known.chosen:
            context.tell("fold", node.origin, lambda: "the condition is known")
        graph = taken(graph, known.chosen, context)
        known = _Known(context)
        for node in graph.nodes:
            known.add(node)
    if not known.computed:
        return graph
    return _replaced(graph, known, context)


class _Known:
    """The values that could be computed, and which nodes they came from."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.constant = context.catalogue["constant"]
        self.cast = context.catalogue["cast"]
        self.arrays: dict[Value, Array] = {}
        self.computed: set[Node] = set()
        self.telling: set[Node] = set()  # more than casts of numbers
        self.chosen: dict[Node, int] = {}  # of an op that runs one of its regions, which one
        self.flops = context.budget.flops

    def add(self, node: Node) -> None:
        arrays = self.arrays
        if node.op is self.constant:
            if node.results[0] not in self.context.keep:
                arrays[node.results[0]] = node.attrs[0].array
            return
        if isinstance(node.op, Control) and node.op.choose is not None:
            given = node.inputs[: node.op.given(*node.attrs)]
            if all(v in arrays for v in given):
                self.chosen[node] = node.op.choose(*[arrays[v] for v in given])
            return
        for v in node.inputs:
            if v not in arrays:
                return
        if node.regions or isinstance(node.op, Placeholder | Effect | Control):
            return
        if self.context.keep and any(r in self.context.keep for r in node.results):
            return
        results = self._evaluate(node, [arrays[v] for v in node.inputs])
        if results is None:
            return
        arrays.update(zip(node.results, results, strict=True))
        self.computed.add(node)
        if node.op is not self.cast or node.inputs[0].node in self.telling:
            self.telling.add(node)

    def _evaluate(self, node: Node, inputs: list[Array]) -> list[Array] | None:
        """The results, or None if they are too large, too costly, not known yet, or an error."""
        sizes = [r.type.size for r in node.results]
        attrs = _bound(node.attrs, self.context)
        if attrs is None or any(isinstance(s, Poly) for s in sizes):
            return None
        count = sum(sizes)
        limit = max(self.context.budget.bytes, sum(a.nbytes for a in inputs))
        if any(r.type.dtype is STR for r in node.results) and count * sum(map(_longest, inputs)) > limit:
            return None
        if sum(n * r.type.dtype.numpy.itemsize for n, r in zip(sizes, node.results, strict=True)) > limit:
            return None
        cost = _cost(node, [a.size for a in inputs], count)
        if cost > self.flops:
            return None
        self.flops -= cost
        operands = (tuple(inputs),) if node.op.variadic else tuple(inputs)
        try:
            with np.errstate(all="ignore"):
                made = node.op.evaluate(*operands, *attrs)
        except Exception:  # whatever it is, it is reported where it happens: at run time
            return None
        return _checked(node, made if isinstance(made, tuple) else (made,))


def _longest(array: Array) -> int:
    """The length of the longest string."""
    return max((len(v) for v in array.flat if isinstance(v, str)), default=0) if array.dtype.hasobject else 0


def _bound(attrs: tuple[Any, ...], context: Context) -> tuple[Any, ...] | None:
    """The attributes without symbols, or None if a size isn't known."""
    if not any(isinstance(a, Poly | tuple) for a in attrs):
        return attrs
    try:
        return tuple([_number(a, context) for a in attrs])
    except KeyError:
        return None


def _number(attr: Any, context: Context) -> Any:
    if isinstance(attr, Poly):
        return dims.evaluate(attr, context.sizes or {})
    return tuple([_number(a, context) for a in attr]) if type(attr) is tuple else attr


def _cost(node: Node, inputs: list[int], result: int) -> int:
    """Operations, roughly."""
    total = sum(inputs) + result
    match node.op:
        case Contraction():  # m*k, k*n and m*n elements: the square root of their product is m*k*n
            return max(total, math.isqrt(math.prod([*inputs, result])))
        case MatrixOp():
            return total * math.isqrt(total)
        case Ordering():
            return total * total.bit_length()
    return total


def _checked(node: Node, made: tuple[Any, ...]) -> list[Array] | None:
    """Immutable arrays of exactly the inferred types."""
    results = []
    for value, data in zip(node.results, made, strict=True):
        dtype = value.type.dtype
        array = np.asarray(data, object) if dtype.numpy.hasobject else np.asanyarray(data)
        if array.dtype != dtype.numpy or array.shape != value.type.shape:
            return None
        array.flags.writeable = False
        results.append(array)
    return results


# ---------------------------------------------------------------- what becomes of it


def _replaced(graph: Graph, known: _Known, context: Context) -> Graph:
    """The graph with constants where computed values are needed by something that isn't."""
    needed = {v.node for v in graph.results}
    roots: set[Node] = set()
    for node in reversed(graph.nodes):
        if node not in known.computed:
            needed.update(v.node for v in node.inputs)
        elif node in needed:
            if _grows(node):
                needed.update(v.node for v in node.inputs)
            else:
                roots.add(node)
    if not roots:
        return graph
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node in roots:
            _materialise(node, known, nodes, mapping, context)
            continue
        moved = relocate(node, mapping)
        if moved is not node:
            mapping.update(zip(node.results, moved.results, strict=True))
        nodes.append(moved)
    context.follow(mapping)
    return without_dead(graph.with_nodes(nodes, mapping))


def _grows(node: Node) -> bool:
    """Is it shorter written than computed?"""
    if not isinstance(node.op, View | Creation):
        return False
    return bool(sum(r.type.size for r in node.results) > max(1, sum(v.type.size for v in node.inputs)))


def _materialise(node: Node, known: _Known, nodes: list[Node], mapping: dict[Value, Value], context: Context) -> None:
    """Constants for the results of a computed node; of equal elements, a broadcast number."""
    derived = node.origin if node.origin.derived is not None else node.origin.derive("fold")
    for value in node.results:
        data = Constant(known.arrays[value], value.type.dtype)
        element = only_element(data) if data.array.size > 1 else None
        if element is not None:
            number = Node(known.constant, (), (element,), (), (element.type,), derived)
            made = Node(
                context.catalogue["broadcast_to"],
                number.results,
                (value.type.shape,),
                (),
                (value.type,),
                derived,
                (value.name,),
            )
            nodes += (number, made)
        else:
            made = Node(known.constant, (), (data,), (), (value.type,), derived, (value.name,))
            nodes.append(made)
        mapping[value] = made.results[0]
    if node in known.telling:
        context.tell("fold", node.origin, lambda: _told(node, known))


def _told(node: Node, known: _Known) -> str:
    while node.op is known.cast:
        node = node.inputs[0].node
    before = written(node)
    after = ", ".join(constant_text(Constant(known.arrays[v], v.type.dtype)) for v in node.results)
    return "" if before == after else f"{before}  ->  {after}"


fold = Pass(
    "fold",
    "compute what is constant",
    lambda graph, context: everywhere(graph, context, _fold),
)
