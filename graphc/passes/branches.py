"""Ops that run one of their regions: without the results that nobody needs, or replaced by the region that runs.

In: a graph.  Out: an equal one; the very same if nothing changed.  `prune` narrows, `fold` takes the branch of a
condition that it knows.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphc.ir.graph import Graph, Node, Output, Value, inline
from graphc.ir.op import Control, Placeholder
from graphc.ir.region import tidy
from graphc.passes.pass_ import Context
from graphc.passes.rewriting import relocate


def is_choice(node: Node) -> bool:
    return isinstance(node.op, Control) and node.op.choose is not None


def narrowed(graph: Graph, context: Context) -> Graph:
    """The graph whose choices give the results, and capture the values, that something needs."""
    if not any(map(is_choice, graph.nodes)):
        return graph
    needed = set(graph.results)
    narrow: dict[Node, tuple[Node, list[Value]]] = {}
    for node in reversed(graph.nodes):
        if not isinstance(node.op, Placeholder) and needed.isdisjoint(node.results):
            continue
        if is_choice(node):
            made, kept = _narrowed(node, needed)
            if made is not node:
                narrow[node] = (made, kept)
                node = made
        needed.update(node.inputs)
    return _with_narrowed(graph, narrow, context) if narrow else graph


def _narrowed(node: Node, needed: set[Value]) -> tuple[Node, list[Value]]:
    """The node with those of its results that are needed, and which these are."""
    kept = [r for r in node.results if r in needed]
    regions = node.regions
    if len(kept) < len(node.results):
        regions = tuple([_with_outputs(region, [r.index for r in kept]) for region in regions])
    op = node.op
    assert isinstance(op, Control)
    given = op.given(*node.attrs)
    captures, regions = tidy(node.inputs[given:], regions)
    inputs = (*node.inputs[:given], *captures)
    if inputs == node.inputs and regions == node.regions:
        return node, kept
    names = [r.name for r in kept]
    return Node(op, inputs, node.attrs, regions, [r.type for r in kept], node.origin, names), kept


def _with_outputs(region: Graph, indices: list[int]) -> Graph:
    ends = [region.outputs[i] for i in indices]
    outputs = tuple([Output(str(i), o.value, o.origin) for i, o in enumerate(ends)])
    return Graph(region.nodes, outputs, region.params, default_float=region.default_float)


def _with_narrowed(graph: Graph, narrow: Mapping[Node, tuple[Node, list[Value]]], context: Context) -> Graph:
    mapping: dict[Value, Value] = {}
    gone: set[Value] = set()
    nodes = []
    for node in graph.nodes:
        made, kept = narrow.get(node, (node, node.results))
        moved = relocate(made, mapping)
        if moved is not node:
            gone.update(node.results)
            gone.difference_update(kept)
            mapping.update(zip(kept, moved.results, strict=True))
        if gone.isdisjoint(node.inputs):
            nodes.append(moved)
        else:  # nobody needs it
            gone.update(node.results)
    context.follow(mapping)
    names = {name: v for name, v in graph.names.items() if v not in gone}
    found = graph.with_nodes(nodes, mapping)
    ends = {name: mapping.get(v, v) for name, v in names.items()}
    return Graph(found.nodes, found.outputs, found.params, found.updates, found.token, ends, found.default_float)


def taken(graph: Graph, chosen: Mapping[Node, int], context: Context) -> Graph:
    """The graph with the nodes of the chosen region in place of each choice."""
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        index = chosen.get(node)
        if index is None:
            moved = relocate(node, mapping)
            if moved is not node:
                mapping.update(zip(node.results, moved.results, strict=True))
            nodes.append(moved)
            continue
        region = node.regions[index]
        captures = node.inputs[len(node.inputs) - len(region.params) :]
        inside = {p: mapping.get(v, v) for p, v in zip(region.params, captures, strict=True)}
        nodes.extend(inline(region.nodes, inside))
        for result, output in zip(node.results, region.outputs, strict=True):
            mapping[result] = inside[output.value]
            if mapping[result].name is None:
                mapping[result].name = result.name
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)
