"""The values of a session as trees: each above those that it was computed from.

In: values with names, what they are, and the graph.  Out: lines, the branches drawn.  `:graph` prints them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphc.ir.graph import Graph, Value


@dataclass(frozen=True, slots=True)
class Named:
    """How a value came about: its name, the statement and the line of that."""

    name: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """`└─ x = 3.0`, the line of the statement, and the value."""

    text: str
    line: int
    value: str


def tree(named: Mapping[Value, Named], shown: Mapping[Value, str], graph: Graph) -> list[Line]:
    """The trees of the values in the graph that no other named value needs; the latest last."""
    live = set(graph.nodes)
    values = [v for v in named if v.node in live and v in shown]
    below = {v: _nearest(v, named) for v in values}
    used = {child for children in below.values() for child in children}
    lines: list[Line] = []
    done: set[Value] = set()
    stack = [(v, "", "") for v in reversed(values) if v not in used]
    while stack:
        value, head, margin = stack.pop()
        origin = named[value]
        again = value in done and bool(below[value])
        lines.append(Line(f"{head}{origin.name} (above)" if again else head + origin.text, origin.line, shown[value]))
        if again:
            continue
        done.add(value)
        children = below[value]
        for i in reversed(range(len(children))):
            last = i == len(children) - 1
            stack.append((children[i], margin + ("└─ " if last else "├─ "), margin + ("   " if last else "│  ")))
    return lines


def _nearest(value: Value, named: Mapping[Value, Named]) -> list[Value]:
    """The named values that a value was computed from, through those without names, in the order of its operands."""
    found: dict[Value, None] = {}
    seen = set()
    stack = list(reversed(value.node.inputs))
    while stack:
        v = stack.pop()
        if v in seen or v is value:
            continue
        seen.add(v)
        if v in named:
            found[v] = None
        else:
            stack.extend(reversed(v.node.inputs))
    return list(found)
