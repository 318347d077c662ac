"""Choosing what a run computes: fetches, and feeds that override intermediate values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.driver.derive import named, unknown
from graphc.driver.interface import concrete
from graphc.ir.builder import Catalogue
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.types import DType, StackType, TensorType, leaving
from graphc.ops import CATALOGUE


def fetch(graph: Graph, names: Sequence[str], *, effects: bool = False) -> Graph:
    """The graph with the values of these names as its outputs; without effects unless asked for.

    A value without a dtype leaves in the one that an output would have.  A variable's name means its value at the start
    of the run, unless an output has the same name.  Raises Diagnostics.
    """
    values = named(graph)
    outputs, casts = [], []
    for name in names:
        if name not in values:
            raise unknown(name, graph)
        value = _leaving(values[name], graph.default_float)
        casts += [value.node] if value is not values[name] else []
        outputs.append(Output(name, value, value.node.origin))
    updates, token = (graph.updates, graph.token) if effects else ((), None)
    nodes = (*graph.nodes, *casts)
    return Graph(nodes, tuple(outputs), (), updates, token, graph.names, graph.default_float)


def _leaving(value: Value, default_float: DType) -> Value:
    """The value, cast if it has no dtype."""
    dtype = leaving(value.type.dtype, default_float)
    if dtype is value.type.dtype or not isinstance(value.type, TensorType):
        return value
    kind = value.type.with_dtype(dtype)
    return Node(CATALOGUE["cast"], (value,), (dtype,), (), (kind,), value.node.origin, (value.name,)).result


def override(graph: Graph, catalogue: Catalogue, feeds: Iterable[str]) -> Graph:
    """The graph in which each fed name that is no input but an intermediate value is an input."""
    inputs = {n.attrs[0] for n in graph.inputs()}
    intermediates = {n: graph.names[n] for n in feeds if n not in inputs and n in graph.names}
    if not intermediates:
        return graph
    replaced: dict[Value, Value] = {}
    heads: list[Node] = []
    for name, value in intermediates.items():
        kind = fed(name, value, graph.default_float)
        origin = value.node.origin
        head = Node(catalogue["input"], (), (name, kind, None), (), (kind,), origin, (name,))
        heads.append(head)
        replaced[value] = head.results[0]
        if (
            value.node.op is catalogue["cast"] and value.node.inputs[0].name == name
        ):  # the same in the dtype it leaves in
            replaced[value.node.inputs[0]] = head.results[0]
    mapping = dict(replaced)
    nodes: list[Node] = []
    for node in graph.nodes:
        if any(v in mapping for v in node.inputs):
            copy = node.copy(tuple([_fit(mapping.get(v, v), v, nodes, catalogue) for v in node.inputs]))
            for old, new in zip(node.results, copy.results, strict=True):
                mapping.setdefault(old, new)
            node = copy
        nodes.append(node)
    return graph.with_nodes((*heads, *nodes), mapping)


def fed(name: str, value: Value, default_float: DType) -> TensorType:
    """The type of what is fed in place of a value.  Raises Diagnostics E0604 for a stack, which only loops can make."""
    if isinstance(value.type, StackType):
        place = Label(value.node.origin.span, f"{name} is computed here")
        raise Diagnostics([Diagnostic("E0604", f"{name} is a stack, which can't be fed", place)])
    kind: TensorType = value.type
    return concrete(kind, default_float)


def _fit(new: Value, old: Value, nodes: list[Node], catalogue: Catalogue) -> Value:
    """A value in the dtype that the reader of `old` expects."""
    if new.type == old.type:
        return new
    kind = new.type.with_dtype(old.type.dtype)
    cast = Node(catalogue["cast"], (new,), (old.type.dtype,), (), (kind,), new.node.origin)
    nodes.append(cast)
    return cast.results[0]
