"""cse: what is computed twice is computed once.

Nodes are equal by op, operands, attributes and the structure of their regions; operands of a commutative op may be
swapped.  Effects, placeholders and kept values stay themselves.  Numbers, and what is as cheap to repeat as to name
(`2 * x` of a scalar input), stay where they are used.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial

from graphc.ir.equal import attributes_key, structural_key
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Creation, Effect, Infix, Op, Placeholder
from graphc.ir.types import TOKEN
from graphc.passes.algebra_rules import COMMUTATIVE
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import everywhere, relocate, without_dead
from graphc.passes.wording import written
from graphc.source import Origin

ARITHMETIC = 60  # the precedence of `*` and `/`: what binds tighter is not cheap


def _cse(graph: Graph, context: Context) -> Graph:
    copies = _copies(graph, context)
    if not copies:
        return graph
    gone = {copy for group in copies.values() for copy in group}
    shown = {v.node for node in graph.nodes if node not in gone for v in node.inputs}
    shown.update(v.node for v in graph.results)
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node in gone:
            continue
        group = copies.get(node, ())
        moved = _merged(node, group, mapping) if group else relocate(node, mapping)
        nodes.append(moved)
        if moved is not node:
            mapping.update(zip(node.results, moved.results, strict=True))
        for copy in group:
            mapping.update(zip(copy.results, moved.results, strict=True))
        if node.inputs and any(copy in shown for copy in group):
            context.tell("cse", moved.origin, partial(_told, moved))
    context.follow(mapping)
    return without_dead(graph.with_nodes(nodes, mapping))


def _copies(graph: Graph, context: Context) -> dict[Node, list[Node]]:
    """For each node that others repeat, the others."""
    commutative = swappable(context)
    numbers: dict[Value, int] = {}  # equal for equal values
    first: dict[Hashable, Node] = {}
    copies: dict[Node, list[Node]] = {}
    for node in graph.nodes:
        found = node if _stays(node, context) else first.setdefault(key(node, numbers, commutative), node)
        if found is node:
            for value in node.results:
                numbers[value] = len(numbers)
            continue
        for value, same in zip(node.results, found.results, strict=True):
            numbers[value] = numbers[same]
        if not _is_trivial(node):
            copies.setdefault(found, []).append(node)
    return copies


def swappable(context: Context) -> set[Op]:
    """The ops whose operands may be swapped."""
    return {context.catalogue[name] for name in COMMUTATIVE if name in context.catalogue}


def _is_trivial(node: Node) -> bool:
    """A scalar that is a number, or one step of arithmetic away from a number and an input."""
    if node.regions or len(node.results) != 1 or node.results[0].type.shape:
        return False
    if not node.inputs:
        return isinstance(node.op, Creation)
    if not isinstance(node.op.spelling, Infix) or node.op.spelling.precedence > ARITHMETIC or len(node.inputs) != 2:
        return False
    operands = [v.node.op for v in node.inputs]
    return any(isinstance(op, Creation) for op in operands) and any(isinstance(op, Placeholder) for op in operands)


def _stays(node: Node, context: Context) -> bool:
    if isinstance(node.op, Placeholder | Effect) or not node.results:
        return True
    if context.keep and any(r in context.keep for r in node.results):
        return True
    return any(r.type is TOKEN for r in node.results)


def key(node: Node, numbers: dict[Value, int], commutative: set[Op]) -> Hashable:
    """Equal for nodes that compute the same from operands of equal numbers."""
    inputs = tuple([numbers[v] for v in node.inputs])
    if node.op in commutative:
        inputs = tuple(sorted(inputs))
    if node.regions:
        return (node.op, inputs, attributes_key(node.attrs), tuple([structural_key(r) for r in node.regions]))
    return (node.op, inputs, attributes_key(node.attrs)) if node.attrs else (node.op, inputs)


def _told(node: Node) -> str:
    return f"{written(node)} computed once"


def _merged(node: Node, copies: Sequence[Node], mapping: Mapping[Value, Value]) -> Node:
    """One node for all: with the origins of all, and the first name that any has."""
    names = [r.name for r in node.results]
    spans = dict.fromkeys(node.origin.spans)
    for copy in copies:
        spans.update(dict.fromkeys(copy.origin.spans))
        names = [name or r.name for name, r in zip(names, copy.results, strict=True)]
    origin = Origin(tuple(spans), node.origin.call, node.origin.derived)
    inputs = tuple([mapping.get(v, v) for v in node.inputs])
    return Node(node.op, inputs, node.attrs, node.regions, [r.type for r in node.results], origin, names)


cse = Pass(
    "cse",
    "compute once what is computed twice",
    lambda graph, context: everywhere(graph, context, _cse),
)
