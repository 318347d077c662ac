"""When two graphs are the same: `difference` for tests and tools, `structural_key` for sharing equal regions.

In: graphs.  Out: what differs, in words, or a hashable key.  Origins, names of unnamed values and the order of
independent pure nodes don't matter; sharing does: `sin(x) + sin(x)` with one sine is not the graph with two.  Scalar
constants are the exception, since a number is written wherever it is used.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Value, nested


def attribute_key(attribute: Any) -> Hashable:
    """An attribute to compare and hash: floats by their bits, slices and lists as tuples."""
    if isinstance(attribute, float):
        return (float, attribute.hex())
    if isinstance(attribute, tuple | list):
        return tuple([attribute_key(a) for a in attribute])
    if isinstance(attribute, slice):
        return (slice, attribute.start, attribute.stop, attribute.step)
    return attribute  # type: ignore[no-any-return]


def attributes_key(attributes: tuple[Any, ...]) -> tuple[Hashable, ...]:
    return tuple([attribute_key(a) for a in attributes]) if attributes else ()


# ---------------------------------------------------------------- keys


def structural_key(graph: Graph) -> Hashable:
    """Equal for graphs that compute the same in the same way, dead nodes aside."""
    keys: dict[Graph, Hashable] = {}
    for region in reversed(nested(graph)):
        if region not in keys:
            keys[region] = _key(region, keys)
    return keys[graph]


def _key(graph: Graph, regions: dict[Graph, Hashable]) -> Hashable:
    """The nodes that the results need in the order of a depth-first walk, operands by their numbers in it."""
    numbers = {v.node: -1 - i for i, v in enumerate(graph.params)}
    listed: list[Hashable] = [tuple(v.type for v in graph.params)]
    stack = [v.node for v in reversed(graph.results)]
    while stack:
        node = stack[-1]
        waiting = () if node in numbers else [v.node for v in reversed(node.inputs) if v.node not in numbers]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if node not in numbers:
            numbers[node] = len(numbers)
            inputs = tuple([(numbers[v.node], v.index) for v in node.inputs])
            inner = tuple([regions[r] for r in node.regions])
            listed.append((node.op, inputs, attributes_key(node.attrs), inner))
    ends = tuple([(numbers[v.node], v.index) for v in graph.results])
    updated = tuple([(numbers.get(u.variable.node), u.variable.index) for u in graph.updates])
    return (tuple(listed), ends, updated, graph.token is None)


# ---------------------------------------------------------------- differences


def difference(a: Graph, b: Graph) -> str | None:
    """What `b` has otherwise than `a`, or None for equal graphs."""
    pairs = [(a, b, "")]
    while pairs:
        left, right, where = pairs.pop()
        matching = _Matching(where)
        found = matching.compare(left, right)
        if found is not None:
            return found
        pairs.extend(matching.regions)
    return None


class _Matching:
    """The values of one graph and their partners in the other, found by walking both from their ends."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.partner: dict[Node, Node] = {}
        self.taken: set[Node] = set()
        self.regions: list[tuple[Graph, Graph, str]] = []

    def compare(self, a: Graph, b: Graph) -> str | None:
        found = self._ends(a, b) or self._bound(a, b) or self._names(a, b) or self._unused(a, b)
        if found is None and a.default_float is not b.default_float:
            return f"{self.where}floats are {a.default_float} and {b.default_float}"
        return found

    def _ends(self, a: Graph, b: Graph) -> str | None:
        """Parameters, outputs, updates, token."""
        if len(a.params) != len(b.params):
            return f"{self.where}{len(a.params)} and {len(b.params)} parameters"
        for i, (p, q) in enumerate(zip(a.params, b.params, strict=True)):
            if p.type != q.type:
                return f"{self.where}parameter {i} is {p.type} and {q.type}"
            self._pair(p.node, q.node)
        if [o.name for o in a.outputs] != [o.name for o in b.outputs]:
            return f"{self.where}outputs {_listed(o.name for o in a.outputs)} and {_listed(o.name for o in b.outputs)}"
        if (a.token is None) != (b.token is None):
            return f"{self.where}only the {'second' if a.token is None else 'first'} has effects"
        for left, right in zip(a.outputs, b.outputs, strict=True):
            if found := self._walk(left.value, right.value, f"output {left.name}"):
                return found
        if a.token is not None and b.token is not None and (found := self._walk(a.token, b.token, "effects")):
            return found
        return self._updates(a, b)

    def _updates(self, a: Graph, b: Graph) -> str | None:
        new = {u.variable.node.attrs[0]: u for u in b.updates}
        names = [u.variable.node.attrs[0] for u in a.updates]
        if sorted(names) != sorted(new):
            return f"{self.where}updates of {_listed(names)} and {_listed(new)}"
        for name, u in zip(names, a.updates, strict=True):
            other = new[name]
            if found := self._walk(u.variable, other.variable, name) or self._walk(
                u.value, other.value, f"new value of {name}"
            ):
                return found
        return None

    def _bound(self, a: Graph, b: Graph) -> str | None:
        """Inputs and variables, used or not."""
        for kind, left, right in (("input", a.inputs(), b.inputs()), ("variable", a.variables(), b.variables())):
            names, others = {n.attrs[0]: n for n in left}, {n.attrs[0]: n for n in right}
            if sorted(names) != sorted(others):
                return f"{self.where}{kind}s {_listed(sorted(names))} and {_listed(sorted(others))}"
            for name, node in names.items():
                if found := self._walk(node.results[0], others[name].results[0], f"{kind} {name}"):
                    return found
        return None

    def _names(self, a: Graph, b: Graph) -> str | None:
        """Names of the first stand for the same in the second; the second may name what the first doesn't."""
        for name, value in a.names.items():
            if name not in b.names:
                return f"{self.where}the second has no {name}"
            if found := self._walk(value, b.names[name], name):
                return found
        named = {(self.partner[v.node], v.index) for v in a.names.values()}
        for name, value in b.names.items():
            if name not in a.names and (value.node, value.index) in named:
                return f"{self.where}the first has no {name}"
        return None

    def _unused(self, a: Graph, b: Graph) -> str | None:
        """Nodes that no end needs: those that nothing uses are matched by structure, and lead to the others."""
        classes: dict[Hashable, int] = {}
        spare: dict[int, list[Node]] = {}
        for number, node in reversed(self._unused_ends(b, {n: n for n in self.taken}, classes)):
            spare.setdefault(number, []).append(node)
        for number, node in self._unused_ends(a, self.partner, classes):
            candidates = spare.get(number)
            if not candidates:
                return f"{self.where}only the first has {_shown(node)}"
            if found := self._walk(node.results[0], candidates.pop().results[0], _shown(node)):
                return found
        for left in spare.values():
            if left:
                return f"{self.where}only the second has {_shown(left[0])}"
        return None

    def _unused_ends(
        self, graph: Graph, partner: dict[Node, Node], classes: dict[Hashable, int]
    ) -> list[tuple[int, Node]]:
        """The nodes without partner that no node uses, each with the number of its class."""
        numbers: dict[Node, int] = {}
        used: set[Node] = set()
        for node in graph.nodes:
            used.update(v.node for v in node.inputs)
            if node in partner:
                key: Hashable = partner[node]
            else:
                inputs = tuple([(numbers[v.node], v.index) for v in node.inputs])
                key = (node.op, inputs, attributes_key(node.attrs), tuple([structural_key(r) for r in node.regions]))
            numbers[node] = classes.setdefault(key, len(classes))
        return [(numbers[n], n) for n in graph.nodes if n not in partner and n not in used]

    def _walk(self, a: Value, b: Value, end: str) -> str | None:
        """Pair what two values are computed from; `end` says where the walk began."""
        stack = [(a, b)]
        where = f"{self.where}{end}: "
        while stack:
            a, b = stack.pop()
            node, other = a.node, b.node
            if a.index != b.index:
                return f"{where}result {a.index} and result {b.index} of {_shown(node)}"
            known = self.partner.get(node)
            if known is other:
                continue
            if known is not None and not _is_number(node):
                return f"{where}{_shown(node)} is shared in the first only"
            if other in self.taken and not _is_number(other):
                return f"{where}{_shown(other)} is shared in the second only"
            if found := _local_difference(node, other):
                return where + found
            self._pair(node, other)
            self.regions += [
                (r, s, f"{where}in {_shown(node)}: ") for r, s in zip(node.regions, other.regions, strict=True)
            ]
            stack.extend(zip(reversed(node.inputs), reversed(other.inputs), strict=True))
        return None

    def _pair(self, a: Node, b: Node) -> None:
        self.partner[a] = b
        self.taken.add(b)


def _is_number(node: Node) -> bool:
    return len(node.attrs) == 1 and isinstance(node.attrs[0], Constant) and not node.attrs[0].array.ndim


def _local_difference(a: Node, b: Node) -> str | None:
    if a.op is not b.op or len(a.inputs) != len(b.inputs) or len(a.regions) != len(b.regions):
        return f"{_shown(a)} and {_shown(b)}"
    if attributes_key(a.attrs) != attributes_key(b.attrs):
        return f"{_shown(a)} has {_attributes(a)} and {_attributes(b)}"
    types = [r.type for r in a.results], [r.type for r in b.results]
    if types[0] != types[1]:
        return f"{_shown(a)} is {_listed(map(str, types[0]))} and {_listed(map(str, types[1]))}"
    return None


def _attributes(node: Node) -> str:
    return ", ".join(f"{a.name}={v}" for a, v in zip(node.op.attributes, node.attrs, strict=True))


def _shown(node: Node) -> str:
    """`y = add(x, _)`, with the names that there are."""
    if not node.inputs and node.attrs:
        return f"{node.op.name} {node.attrs[0]}"
    text = f"{node.op.name}({', '.join(v.name or '_' for v in node.inputs)})"
    return f"{node.results[0].name} = {text}" if node.results[0].name else text


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
