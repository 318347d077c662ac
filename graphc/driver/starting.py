"""A program that starts from other values of its variables than those that it declares: saved ones.

In: a graph, and values by the name of the variable.  Out: the graph with these as initial values, so that it prints
with them.  The command line and the Python API print gradients of what was saved with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphc.driver import CATALOGUE
from graphc.executors.binding import bind
from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.types import Array


def starting_from(graph: Graph, values: Mapping[str, Array]) -> Graph:
    """The graph with other initial values; those of variables that it lacks are passed over.

    A variable whose size only a run tells keeps its own: no value has that type.  Raises Diagnostics for a value that
    doesn't fit its declaration.
    """
    nodes = {n.attrs[0]: n for n in graph.variables() if n.attrs[0] in values and n.results[0].type.is_static}
    if not nodes:
        return graph
    bound = bind(Graph(tuple(nodes.values()), ()), {}, {name: values[name] for name in nodes})
    made = {node: _with_value(node, bound.state[name]) for name, node in nodes.items()}
    mapping: dict[Value, Value] = {node.results[0]: new.results[0] for node, new in made.items()}
    listed = []
    for node in graph.nodes:
        if node in made:
            listed.append(made[node])
        elif any(v in mapping for v in node.inputs):
            copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]))
            mapping.update(zip(node.results, copy.results, strict=True))
            listed.append(copy)
        else:
            listed.append(node)
    return graph.with_nodes(listed, mapping)


def _with_value(node: Node, array: Array) -> Node:
    """The variable with a constant for its initial value."""
    b = Builder(CATALOGUE, origin=node.origin)
    value = b.constant(Constant(np.array(array), node.results[0].type.dtype))
    return node.copy((), regions=(Graph(tuple(b.nodes), (Output("0", value, node.origin),)),))
