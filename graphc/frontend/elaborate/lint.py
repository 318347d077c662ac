"""Doubtful things that are no errors."""

from __future__ import annotations

from collections.abc import Iterator

from graphc.diagnostics import Diagnostic, Label
from graphc.diagnostics.blame import at_the_call
from graphc.ir.graph import Graph, Node
from graphc.ir.op import Elementwise


def find(graph: Graph) -> Iterator[Diagnostic]:
    """Warnings about a graph, in program order."""
    for node in graph.nodes:
        inputs = node.inputs
        if len(inputs) != 2 or not isinstance(node.op, Elementwise) or not inputs[0].type.shape:
            continue
        if node.origin.derived is None:
            warning = outer_broadcast(node)
            if warning is not None:
                yield warning


def outer_broadcast(node: Node) -> Diagnostic | None:
    """Two operands that both grow, like [n, 1] and [1, n]: rarely meant (a loss of a row against a column)."""
    a, b = (v.type for v in node.inputs)
    result = node.results[0].type.shape
    if not a.shape or not b.shape or a.shape == result or b.shape == result:
        return None
    fed = any(not v.node.inputs and v.node.op.name == "input" for v in node.inputs)
    if not fed:
        return None
    return at_the_call(
        Diagnostic(
            "W0301",
            f"shapes [{', '.join(map(str, a.shape))}] and [{', '.join(map(str, b.shape))}]"
            f" broadcast to [{', '.join(map(str, result))}]",
            Label(node.origin.span, "larger than either operand"),
            tuple(
                Label(v.node.origin.span, f"{v.name} is {v.type}") for v in node.inputs if not v.node.inputs and v.name
            ),
            hint="if one is meant elementwise, transpose or reshape it to the shape of the other",
            severity="warning",
            call=node.origin.call,
        )
    )
