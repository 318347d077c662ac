"""What the rewriting passes share: rules applied to every node, regions included, until none applies.

In: a graph and, for each op, a function that may replace a node's value.  Out: the graph without what died; the very
same graph if nothing changed.  `prune`, `fold`, `shapes`, `algebra` and `cse` use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Value, count_uses, nested, reachable
from graphc.ir.op import Op, Placeholder
from graphc.passes.pass_ import Context

FUEL = 200  # rewrites of one node: far more than any chain of rules takes


def everywhere(graph: Graph, context: Context, transform: Callable[[Graph, Context], Graph]) -> Graph:
    """`transform` applied to all regions, innermost first, and then to the graph."""
    done: dict[Graph, Graph] = {}
    for g in reversed(nested(graph)):
        if g not in done:
            done[g] = transform(_with_regions(g, done, context), context)
    return done[graph]


def _with_regions(graph: Graph, regions: dict[Graph, Graph], context: Context) -> Graph:
    """The graph with the regions of its nodes replaced, if any is."""
    if all(regions[r] is r for node in graph.nodes if node.regions for r in node.regions):
        return graph
    mapping: dict[Value, Value] = {}
    nodes = []
    for node in graph.nodes:
        inner = tuple([regions[r] for r in node.regions])
        moved = relocate(node, mapping)
        if inner != node.regions:
            moved = moved.copy(moved.inputs, regions=inner)
        if moved is not node:
            mapping.update(zip(node.results, moved.results, strict=True))
        nodes.append(moved)
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def relocate(node: Node, mapping: Mapping[Value, Value]) -> Node:
    """The node on what its operands are now: itself, or a copy."""
    for v in node.inputs:
        if v in mapping:
            return node.copy(tuple([mapping.get(v, v) for v in node.inputs]))
    return node


def without_dead(graph: Graph) -> Graph:
    """The graph without what nothing needs.  Placeholders stay: `prune` is the one to drop inputs."""
    alive = reachable(graph.results)
    nodes = tuple([n for n in graph.nodes if n in alive or isinstance(n.op, Placeholder)])
    if len(nodes) == len(graph.nodes):
        return graph
    return restricted(graph, nodes)


def restricted(graph: Graph, nodes: tuple[Node, ...]) -> Graph:
    """The graph with some of its nodes, and the names of their values."""
    kept = set(nodes)
    names = {name: v for name, v in graph.names.items() if v.node in kept}
    return Graph(nodes, graph.outputs, graph.params, graph.updates, graph.token, names, graph.default_float)


class Sweep:
    """One pass over a graph's nodes in order, each rewritten until no rule applies, and so are the new ones.

    `rewrite[op](sweep, node)` gives the value that replaces the node's only result, built with `sweep.builder`, or
    None.  A value of another shape is broadcast; one of another dtype is refused.
    """

    __slots__ = ("_broadcast", "builder", "context", "mapping", "nodes", "rewrite", "uses")

    def __init__(self, graph: Graph, context: Context, rewrite: Mapping[Op, Rule]) -> None:
        self.context = context
        self.rewrite = rewrite
        self.builder = Builder(context.catalogue, graph.default_float)
        self.nodes: list[Node] = []
        self.mapping: dict[Value, Value] = {}
        self.uses = count_uses(graph)  # never too low: what dies on the way still counts
        self._broadcast = context.catalogue.get("broadcast_to")

    def run(self, graph: Graph) -> Graph:
        rewrite, nodes, mapping = self.rewrite, self.nodes, self.mapping
        for node in graph.nodes:
            moved = self._moved(node) if mapping else node
            rule = rewrite.get(moved.op)
            value = rule(self, moved) if rule is not None and moved.results[0] not in self.context.keep else None
            if value is None:
                nodes.append(moved)
            else:
                self._settle(moved, value)
        if not mapping:
            return graph
        final = {v: self._final(v) for v in mapping}
        self.context.follow(final)
        return without_dead(graph.with_nodes(nodes, final))

    def _moved(self, node: Node) -> Node:
        mapping = self.mapping
        for v in node.inputs:
            if v in mapping:
                copy = node.copy(tuple([self._final(v) for v in node.inputs]))
                moved = dict(zip(node.results, copy.results, strict=True))
                mapping.update(moved)
                self.uses.update({new: self.uses.get(old, 0) for old, new in moved.items()})
                self.context.follow(moved)
                return copy
        return node

    def _final(self, value: Value) -> Value:
        mapping = self.mapping
        while value in mapping:
            value = mapping[value]
        return value

    def _settle(self, node: Node, value: Value | None) -> None:
        """Replace `node` by `value`; then look at the nodes that were built for it, in order."""
        waiting: list[Node] = []
        for _ in range(FUEL):
            new = self._replace(node, value) if value is not None else None
            if new is None:
                self.nodes.append(node)
            else:
                waiting.extend(reversed(new))
            if not waiting:
                return
            node = self._moved(waiting.pop())
            rule = self.rewrite.get(node.op)
            value = rule(self, node) if rule is not None else None
        self.nodes.append(node)
        self.nodes.extend(self._moved(n) for n in reversed(waiting))

    def _replace(self, node: Node, value: Value) -> list[Node] | None:
        """Let `value` stand for the node's result.  The nodes built for it, or None if it doesn't fit."""
        result = node.result
        if value.type != result.type:
            if value.type.dtype is not result.type.dtype or self._broadcast is None:
                self.builder.nodes.clear()
                return None
            value = self.builder.emit(self._broadcast, (value,), (result.type.shape,)).results[0]
        new = self.builder.nodes[:]
        self.builder.nodes.clear()
        uses = self.uses
        for built in new:
            for v in built.inputs:
                uses[v] = uses.get(v, 0) + 1
        for v in node.inputs:
            uses[v] -= 1
        uses[value] = uses.get(value, 0) + uses.get(result, 0)
        if value.name is None:
            self.builder.name(value, result.name)
        self.mapping[result] = value
        return new


Rule: TypeAlias = Callable[[Sweep, Node], Value | None]
