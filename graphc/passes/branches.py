"""Branches and loops: without the results that nobody needs, or replaced by what is known to happen.

In: a graph.  Out: an equal one; the very same if nothing changed.  `prune` narrows, `fold` takes the branch of a
condition that it knows, drops loops of no steps, and what loops and branches pass on unchanged, and lets numbers in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphc.ir import loops
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Value, inline
from graphc.ir.layout import Loop
from graphc.ir.narrowing import has_parts, is_choice, is_loop, smaller, smaller_choice
from graphc.ir.op import Control, Placeholder
from graphc.ir.region import tidied
from graphc.ir.types import STR
from graphc.passes.pass_ import Context
from graphc.passes.rewriting import relocate


def with_numbers(graph: Graph, context: Context) -> Graph:
    """The graph whose regions have the numbers that they capture of their own, so that these are known there."""

    def number(value: Value) -> bool:
        return value.node.op is constant and not value.type.shape and value not in context.keep

    if not any(isinstance(node.op, Control) and node.regions for node in graph.nodes):
        return graph
    constant = context.catalogue["constant"]
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        moved = relocate(node, mapping)
        op = node.op
        if isinstance(op, Control) and node.regions and any(map(number, moved.inputs[op.given(*node.attrs) :])):
            moved = tidied(moved, op, number)
        if moved is not node:
            mapping.update(zip(node.results, moved.results, strict=True))
        nodes.append(moved)
    if not mapping:
        return graph
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def narrowed(graph: Graph, context: Context) -> Graph:
    """The graph whose choices and loops give the results, and take the values, that something needs."""
    if not any(map(has_parts, graph.nodes)):
        return graph
    needed = set(graph.results)
    narrow: dict[Node, tuple[Node, list[Value]]] = {}
    for node in reversed(graph.nodes):
        if not isinstance(node.op, Placeholder) and needed.isdisjoint(node.results):
            continue
        if has_parts(node):
            made, kept = smaller(node, needed)
            if made is not node:
                narrow[node] = (made, kept)
                node = made
        needed.update(node.inputs)
    return _with_narrowed(graph, narrow, context) if narrow else graph


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
        if gone.isdisjoint(made.inputs):
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
        inside = {p: mapping.get(v, v) for p, v in _captured(node, region).items()}
        ends = {o.value: r for r, o in zip(reversed(node.results), reversed(region.outputs), strict=True)}
        nodes.extend(inline(region.nodes, inside, {v: r.name for v, r in ends.items()}))
        mapping.update({r: inside[o.value] for r, o in zip(node.results, region.outputs, strict=True)})
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def without_detours(graph: Graph, context: Context) -> Graph:
    """The graph that reads directly what all branches of a choice pass on, be it the order of effects."""
    if not any(map(is_choice, graph.nodes)):
        return graph
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        moved = relocate(node, mapping)
        passed = dict(_passed_on(moved)) if is_choice(node) else {}
        passed = {i: v for i, v in passed.items() if node.results[i] not in context.keep}
        mapping.update({node.results[i]: v for i, v in passed.items()})
        others = [r for r in moved.results if r.index not in passed]
        if passed and not others:
            continue
        if passed:
            moved, _ = smaller_choice(moved, set(others))
        if moved is not node:
            mapping.update({node.results[r.index]: made for r, made in zip(others, moved.results, strict=True)})
        nodes.append(moved)
    if not mapping:
        return graph
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def _passed_on(node: Node) -> Iterator[tuple[int, Value]]:
    """The results of a choice that are the same capture whichever branch is taken."""
    captured = [_captured(node, region) for region in node.regions]
    for i, outputs in enumerate(zip(*(region.outputs for region in node.regions), strict=True)):
        found = {of.get(o.value) for of, o in zip(captured, outputs, strict=True)}
        value = found.pop()
        if value is not None and not found:
            yield i, value


def _captured(node: Node, region: Graph) -> dict[Value, Value]:
    """What each parameter of a choice's region stands for."""
    return dict(zip(region.params, node.inputs[len(node.inputs) - len(region.params) :], strict=True))


def without_idle(graph: Graph, context: Context) -> Graph:
    """The graph without loops that have no steps: their results are what they started from, and empty."""
    idle = [node for node in graph.nodes if is_loop(node) and _is_idle(node)]
    if not idle:
        return graph
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node not in idle:
            moved = relocate(node, mapping)
            if moved is not node:
                mapping.update(zip(node.results, moved.results, strict=True))
            nodes.append(moved)
            continue
        context.tell("fold", node.origin, lambda: "a loop without steps")
        loop = _layout(node)
        start = loop.head + loop.mapped
        b = Builder(context.catalogue, graph.default_float, node.origin)
        for r in node.results:
            if r.index < loop.carried:
                initial = node.inputs[start + r.index]
                mapping[r] = mapping.get(initial, initial)
            else:
                mapping[r] = loops.filled(b, 0, r.type.shape, r.type.dtype)
        nodes.extend(b.nodes)
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def without_passengers(graph: Graph, context: Context) -> Graph:
    """The graph whose loops carry only what a step changes: the rest is read from outside."""
    found = {n: fixed for n in graph.nodes if is_loop(n) and (fixed := loops.passed_on(_layout(n), n.regions[-1]))}
    for node in [n for n, fixed in found.items() if len(n.regions) > 1 and len(fixed) == len(n.results)]:
        del found[node]  # a while that changes nothing ends at once or never
    if not found:
        return graph
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        moved = relocate(node, mapping)
        if node in found:
            op, loop, fixed = moved.op, _layout(moved), found[node]
            assert isinstance(op, Control)
            made = loops.without(op, moved.inputs, moved.attrs, moved.regions, fixed)
            kept = [moved.results[i] for i in made.results]
            types, names = [r.type for r in kept], [r.name for r in kept]
            start = loop.head + loop.mapped
            mapping.update({node.results[j]: moved.inputs[start + j] for j in fixed})
            if not kept:
                continue
            smaller = Node(op, made.inputs, made.attrs, made.regions, types, node.origin, names)
            mapping.update({node.results[i]: r for i, r in zip(made.results, smaller.results, strict=True)})
            moved = smaller
        elif moved is not node:
            mapping.update(zip(node.results, moved.results, strict=True))
        nodes.append(moved)
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def _layout(node: Node) -> Loop:
    """How the operands of a loop are laid out."""
    op = node.op
    assert isinstance(op, Control) and op.loop is not None
    return op.loop(*node.attrs)


def _is_idle(node: Node) -> bool:
    """Has it no steps, and are its empty results numbers?"""
    loop = _layout(node)
    return loop.length == 0 and not any(r.type.dtype is STR for r in node.results[loop.carried :])
