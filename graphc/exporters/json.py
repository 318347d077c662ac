"""Graphs as JSON, for tools: `to_json`.  Numbers of nodes count from 0 in the order of the graph.

    graph   ::= {"format": "graphc-graph", "version": 1, "default_float": dtype,
                 "inputs": [name], "variables": [name], "nodes": [node], "outputs": [{"name", "value"}],
                 "updates": [{"variable": name, "value"}], "token": value | null, "names": {name: value}}
    region  ::= {"params": [value], "nodes": [node], "outputs": [value]}      numbers start at 0 in each region
    node    ::= {"id": int, "op": name, "inputs": [value], "attrs": {name: attribute}, "types": [type],
                 "names": [name | null], "regions": [region], "origin": origin}
    value   ::= [id of the node, position of the result]
    type    ::= {"dtype": name, "shape": [int | text]} | {"stack": type} | {"dtype": "token"}
                a text is a size, like "n+1"
    origin  ::= {"places": [place], "call": [frame], "derived": null | {"how": text, "asked": place | null}}
    place   ::= {"file", "line", "column", "text"}                           lines and columns count from 1
    frame   ::= {"function": name, "at": place}                              the innermost call first

Attributes are numbers, texts, booleans, null, lists, {"size": text}, {"dtype": name}, {"type": type} and constants,
{"dtype", "shape", "data"}; floats that JSON lacks are "nan", "inf" and "-inf".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from graphc.ir.constant import Constant
from graphc.ir.dims import Dim, Poly
from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.literal import json_value
from graphc.ir.types import DType, StackType, TensorType, TokenType, Type
from graphc.source import Call, Origin, Span


def to_json(graph: Graph) -> str:
    """A graph as strict JSON, a node per line."""
    made: dict[Graph, dict[str, Any]] = {}
    for g in reversed(nested(graph)[1:]):
        if g not in made:
            numbers = _numbers(g)
            made[g] = {
                "params": [_value(p, numbers) for p in g.params],
                "nodes": _nodes(g, numbers, made),
                "outputs": [_value(o.value, numbers) for o in g.outputs],
            }
    numbers = _numbers(graph)
    head: dict[str, Any] = {
        "format": "graphc-graph",
        "version": 1,
        "default_float": graph.default_float.name,
        "inputs": [n.attrs[0] for n in graph.inputs()],
        "variables": [n.attrs[0] for n in graph.variables()],
    }
    tail = {
        "outputs": [{"name": o.name, "value": _value(o.value, numbers)} for o in graph.outputs],
        "updates": [{"variable": u.variable.node.attrs[0], "value": _value(u.value, numbers)} for u in graph.updates],
        "token": None if graph.token is None else _value(graph.token, numbers),
        "names": {name: _value(v, numbers) for name, v in graph.names.items()},
    }
    lines = [f'"{key}": {_text(value)}' for key, value in head.items()]
    nodes = ",\n  ".join(map(_text, _nodes(graph, numbers, made)))
    lines.append(f'"nodes": [\n  {nodes}\n ]' if nodes else '"nodes": []')
    lines += [f'"{key}": {_text(value)}' for key, value in tail.items()]
    return "{" + ",\n ".join(lines) + "}\n"


def _text(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


def _numbers(graph: Graph) -> dict[Node, int]:
    return {node: i for i, node in enumerate(graph.nodes)}


def _value(value: Value, numbers: Mapping[Node, int]) -> list[int]:
    return [numbers.get(value.node, -1), value.index]


def _nodes(graph: Graph, numbers: Mapping[Node, int], regions: Mapping[Graph, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": numbers[node],
            "op": node.op.name,
            "inputs": [_value(v, numbers) for v in node.inputs],
            "attrs": {a.name: _attribute(v) for a, v in zip(node.op.attributes, node.attrs, strict=True)},
            "types": [_type(r.type) for r in node.results],
            "names": [r.name for r in node.results],
            "regions": [regions[r] for r in node.regions],
            "origin": _origin(node.origin),
        }
        for node in graph.nodes
    ]


def _type(kind: Type) -> dict[str, Any]:
    if isinstance(kind, TensorType):
        return {"dtype": kind.dtype.name, "shape": [_size(d) for d in kind.shape]}
    if isinstance(kind, StackType):
        return {"stack": _type(kind.element)}
    return {"dtype": "token"}


def _size(d: Dim) -> int | str:
    return d if isinstance(d, int) else str(d)


def _attribute(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else "nan" if math.isnan(value) else str(value)
        case tuple() | list():
            return [_attribute(v) for v in value]
        case Poly():
            return {"size": str(value)}
        case DType():
            return {"dtype": value.name}
        case TensorType() | StackType() | TokenType():
            return {"type": _type(value)}
        case Constant():
            return json_value(value.array, value.dtype)
    return str(value)


def _origin(origin: Origin) -> dict[str, Any]:
    derived = None
    if origin.derived is not None:
        asked = origin.derived.asked
        derived = {"how": origin.derived.how, "asked": None if asked is None else _place(asked)}
    return {"places": [_place(s) for s in origin.spans], "call": _frames(origin.call), "derived": derived}


def _frames(call: Call | None) -> list[dict[str, Any]]:
    frames = []
    while call is not None:
        frames.append({"function": call.function, "at": _place(call.span)})
        call = call.caller
    return frames


def _place(span: Span) -> dict[str, Any]:
    line, column = span.source.position(span.start)
    return {"file": span.source.name, "line": line, "column": column, "text": span.text}
