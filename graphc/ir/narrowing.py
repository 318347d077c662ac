"""Loops and branches without the results that nobody needs.

`prune` narrows those of a program, differentiation those that it has written: it makes masks before it is known whether
one reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.loops import narrowed
from graphc.ir.op import Control, Placeholder
from graphc.ir.region import tidy


def is_choice(node: Node) -> bool:
    return isinstance(node.op, Control) and node.op.choose is not None


def is_loop(node: Node) -> bool:
    return isinstance(node.op, Control) and node.op.loop is not None


def has_parts(node: Node) -> bool:
    return is_choice(node) or is_loop(node)


def smaller(node: Node, needed: set[Value]) -> tuple[Node, list[Value]]:
    """A choice or loop for those of its results that are needed, and the ones that it has: a loop needs more than it
    is asked for.  The very same if that is all."""
    return _smaller_loop(node, needed) if is_loop(node) else smaller_choice(node, needed)


def smaller_choice(node: Node, needed: set[Value]) -> tuple[Node, list[Value]]:
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


def _smaller_loop(node: Node, needed: set[Value]) -> tuple[Node, list[Value]]:
    op = node.op
    assert isinstance(op, Control)
    made = narrowed(op, node.inputs, node.attrs, node.regions, [r.index for r in node.results if r in needed])
    kept = [node.results[i] for i in made.results]
    if len(kept) == len(node.results) and made.inputs == node.inputs and made.regions == node.regions:
        return node, kept
    types, names = [r.type for r in kept], [r.name for r in kept]
    return Node(op, made.inputs, made.attrs, made.regions, types, node.origin, names), kept


def _with_outputs(region: Graph, indices: list[int]) -> Graph:
    ends = [region.outputs[i] for i in indices]
    outputs = tuple([Output(str(i), o.value, o.origin) for i, o in enumerate(ends)])
    return Graph(region.nodes, outputs, region.params, default_float=region.default_float)


def without_unread(nodes: Sequence[Node], results: Iterable[Value]) -> tuple[list[Node], dict[Value, Value]]:
    """Pure nodes without results of choices and loops that `results` don't need, and what values became.

    Where there are no such, all nodes as they are; else those that are needed, and placeholders.
    """
    if not any(node.regions for node in nodes):
        return list(nodes), {}
    needed = set(results)
    narrow: dict[Node, tuple[Node, list[Value]]] = {}
    live = set()
    for node in reversed(nodes):
        if needed.isdisjoint(node.results):
            continue
        live.add(node)
        if has_parts(node) and not needed.issuperset(node.results):
            made, kept = smaller(node, needed)
            if made is not node:
                narrow[node] = (made, kept)
                node = made
        needed.update(node.inputs)
    if not narrow:
        return list(nodes), {}
    mapping: dict[Value, Value] = {}
    found = []
    for node in nodes:
        if node in live:
            made, kept = narrow.get(node, (node, list(node.results)))
            if any(v in mapping for v in made.inputs):
                made = made.copy(tuple([mapping.get(v, v) for v in made.inputs]))
            if made is not node:
                mapping.update(zip(kept, made.results, strict=True))
            found.append(made)
        elif isinstance(node.op, Placeholder):
            found.append(node)
    return found, mapping
