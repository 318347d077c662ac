"""What a run costs, told from its graph.

In: a graph whose sizes are bound.  Out: how many operations it has, and how many bytes its values take at most.
Called where a run is reported.
"""

from __future__ import annotations

from graphc.ir.graph import Graph, Value
from graphc.ir.op import Creation, Placeholder
from graphc.ir.types import TensorType


def count_operations(graph: Graph) -> int:
    """Nodes that compute: neither placeholders nor constants."""
    return sum(not isinstance(n.op, Placeholder | Creation) for n in graph.nodes)


def peak_bytes(graph: Graph) -> int:
    """The largest sum of values that are needed at one time; inputs and variables are the caller's."""
    last: dict[Value, int] = {}
    for i, node in enumerate(graph.nodes):
        for v in node.inputs:
            last[v] = i
    for v in graph.results:
        last[v] = len(graph.nodes)
    live = peak = 0
    for i, node in enumerate(graph.nodes):
        if isinstance(node.op, Placeholder):
            continue
        live += sum(_bytes(v) for v in node.results)
        peak = max(peak, live)
        dying = [v for v in dict.fromkeys(node.inputs) if last[v] == i and not isinstance(v.node.op, Placeholder)]
        live -= sum(map(_bytes, dying))
        live -= sum(_bytes(v) for v in node.results if v not in last)
    return peak


def _bytes(value: Value) -> int:
    type = value.type
    if not isinstance(type, TensorType) or not isinstance(type.size, int):
        return 0
    return type.size * type.dtype.numpy.itemsize
