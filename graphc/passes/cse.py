"""cse: what is computed twice is computed once.

Nodes are equal by op, operands, attributes and the structure of their regions; operands of a commutative op may be
swapped.  Effects, placeholders and kept values stay themselves.
"""

from __future__ import annotations

from collections.abc import Hashable

from graphc.ir.equal import attributes_key, structural_key
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Effect, Op, Placeholder
from graphc.ir.types import TOKEN
from graphc.passes.algebra_rules import COMMUTATIVE
from graphc.passes.pass_ import Context, Pass, Rewrite
from graphc.passes.rewriting import everywhere, relocate, without_dead
from graphc.passes.wording import written
from graphc.source import Origin


def _cse(graph: Graph, context: Context) -> Graph:
    commutative = {context.catalogue[name] for name in COMMUTATIVE if name in context.catalogue}
    numbers: dict[Value, int] = {}
    first: dict[Hashable, Node] = {}
    mapping: dict[Value, Value] = {}
    copies: dict[Node, list[Node]] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        moved = relocate(node, mapping) if mapping else node
        if _stays(node, context):
            found = moved
        else:
            found = first.setdefault(_key(moved, numbers, commutative), moved)
        if found is moved:
            nodes.append(moved)
            for value in moved.results:
                numbers[value] = len(numbers)
        else:
            copies.setdefault(found, []).append(node)
        if found is not node:
            mapping.update(zip(node.results, found.results, strict=True))
    if not copies:
        return graph
    return _merged(graph, nodes, mapping, copies, context)


def _stays(node: Node, context: Context) -> bool:
    if isinstance(node.op, Placeholder | Effect) or not node.results:
        return True
    if context.keep and any(r in context.keep for r in node.results):
        return True
    return node.results[-1].type is TOKEN


def _key(node: Node, numbers: dict[Value, int], commutative: set[Op]) -> Hashable:
    inputs = tuple([numbers[v] for v in node.inputs])
    if node.op in commutative:
        inputs = tuple(sorted(inputs))
    if node.regions:
        return (node.op, inputs, attributes_key(node.attrs), tuple([structural_key(r) for r in node.regions]))
    return (node.op, inputs, attributes_key(node.attrs)) if node.attrs else (node.op, inputs)


def _merged(
    graph: Graph,
    nodes: list[Node],
    mapping: dict[Value, Value],
    copies: dict[Node, list[Node]],
    context: Context,
) -> Graph:
    """The graph of the nodes that were first, each with the origins and, if it has none, the name of its copies."""
    gone = {copy for group in copies.values() for copy in group}
    shown = {v.node for node in graph.nodes if node not in gone for v in node.inputs}
    shown.update(v.node for v in graph.results)
    final: dict[Value, Value] = {}
    result: list[Node] = []
    for node in nodes:
        moved = relocate(node, final)
        group = copies.get(node)
        if group:
            moved = _with_origins(moved, group)
            if node.inputs and any(copy in shown for copy in group):
                context.report(Rewrite("cse", moved.origin, f"{written(moved)} computed once"))
        if moved is not node:
            final.update(zip(node.results, moved.results, strict=True))
        result.append(moved)
    ends = {old: final.get(new, new) for old, new in mapping.items()} | final
    context.follow(ends)
    return without_dead(graph.with_nodes(result, ends))


def _with_origins(node: Node, copies: list[Node]) -> Node:
    names = [r.name for r in node.results]
    spans = dict.fromkeys(node.origin.spans)
    for copy in copies:
        if node.inputs:  # the many places of a number tell nothing
            spans.update(dict.fromkeys(copy.origin.spans))
        names = [name or r.name for name, r in zip(names, copy.results, strict=True)]
    origin = Origin(tuple(spans), node.origin.call, node.origin.derived)
    types = [r.type for r in node.results]
    return Node(node.op, node.inputs, node.attrs, node.regions, types, origin, names)


cse = Pass(
    "cse",
    "compute once what is computed twice",
    lambda graph, context: everywhere(graph, context, _cse),
)
