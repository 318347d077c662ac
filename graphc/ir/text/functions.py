"""Regions as functions: `map(f, xs)` and hand-written rules print as calls of functions that are defined before.

A function reads what it captures by name, and reading it meets the captures in some order: where that isn't the order
of the region's parameters, values get lines of their own that restore it.  In: a node.  Out: lines, and the call.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.op import Control, Rule
from graphc.ir.text.names import Names
from graphc.ir.text.operands import loose
from graphc.ir.text.pieces import Writer


def call(body: Writer, node: Node) -> str:
    """The call of an op that runs functions, which are defined before it."""
    given = node.inputs[: len(node.inputs) - len(captures(node))]
    arguments = [loose(body, v).text for v in given]
    results = len(node.results)
    if isinstance(node.op, Rule) and results > 1:
        arguments[:results] = [f"({', '.join(arguments[:results])})"]
    functions = [_function(body, node, region) for region in node.regions]
    return f"{node.op.name}({', '.join((*functions, *arguments))})"


def _function(body: Writer, node: Node, region: Graph) -> str:
    """Define a region as a function; its name."""
    name = body.fresh.fresh("row" if isinstance(node.op, Control) else "rule")
    outer = captures(node)
    inner = _region(body, region, outer, ())
    if len(outer) > 1 and not reads_in_order(inner, region, outer):
        inner = _region(body, region, outer, first_readers(region, outer))
    count = len(region.params) - len(outer)
    head = f"fn {name}({', '.join([inner.names[p] for p in region.params[:count]])})"
    result = ", ".join([loose(inner, o.value).text for o in region.outputs])
    if not inner.lines and len(head) + len(result) + 3 + body.indent <= body.width:
        body.add(f"{head} = {result}")
    else:
        body.add(f"{head} {{")
        body.lines.extend(inner.lines)
        body.add(f"  return {result}")
        body.add("}")
    return name


def _region(body: Writer, region: Graph, outer: Sequence[Value], keep: Container[Value]) -> Writer:
    """The lines of a region, whose last parameters are called like what they capture.  `keep`: see `nest`."""
    taken = region.params[len(region.params) - len(outer) :]
    captured = {p: body.names[v] for p, v in zip(taken, outer, strict=True)}
    taken_names = body.fresh.taken if _rebinds(region) else body.avoid.union(captured.values())
    inner = body.inner(Names(taken_names), body.indent + 2)
    inner.names.update(captured)
    for p in region.params:
        if p not in captured:
            inner.name(p)
    if not body.core:
        inner.nest(region, keep, local=True)
    inner.statements(region.nodes)
    for o in region.outputs:
        loose(inner, o.value)  # a constant may need a line
    return inner


def _rebinds(region: Graph) -> bool:
    """Has it loops or branches?  There, binding a name from outside the function means to go on with that."""
    ops = [n.op for g in nested(region) for n in g.nodes if n.regions]
    return any(isinstance(op, Control) and (op.loop is not None or op.choose is not None) for op in ops)


# ---------------------------------------------------------------- the order of captures


def reads_in_order(body: Writer, region: Graph, outer: Sequence[Value]) -> bool:
    """Will the captures be met in the order of the parameters that stand for them?"""
    expected = list(region.params[len(region.params) - len(outer) :])
    wanted = set(expected)
    met: dict[Value, None] = {}
    roots = [line.node for line in body.lines if line.node is not None] + [o.value.node for o in region.outputs]
    for node in _emitted(body, roots):
        met.update(dict.fromkeys(v for v in node.inputs if v in wanted))
    met.update(dict.fromkeys(o.value for o in region.outputs if o.value in wanted))
    return list(met) == expected


def _emitted(body: Writer, roots: Iterable[Node]) -> Iterator[Node]:
    """Nodes in the order in which reading the lines makes them: operands, then the casts left out, then the op."""
    done: set[Node] = set()
    for root in roots:
        stack = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if node in done:
                continue
            if ready:
                done.add(node)
                yield node
                continue
            stack.append((node, True))
            inside = [v.node for v in node.inputs if body.is_nested(v)]
            casts = [n for n in inside if n.results[0] in body.left_out]
            stack += [(n, False) for n in reversed(casts)]
            for n in reversed(inside):
                if n not in casts:
                    stack.append((n, False))
                elif body.is_nested(n.inputs[0]):
                    stack.append((n.inputs[0].node, False))


def captures(node: Node) -> tuple[Value, ...]:
    """The operands that an op's regions read from outside."""
    return node.inputs[node.op.given(*node.attrs) :] if isinstance(node.op, Control) else ()


def first_readers(region: Graph, outer: Sequence[Value]) -> set[Value]:
    """The results of the nodes that read a capture first.  On lines of their own they keep their order."""
    unread = set(region.params[len(region.params) - len(outer) :])
    found: set[Value] = set()
    for node in region.nodes:
        if not unread.isdisjoint(node.inputs):
            unread.difference_update(node.inputs)
            found.update(node.results)
    return found
