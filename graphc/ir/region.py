"""Regions: closing a list of nodes over the values it takes from outside, and what differentiation does with regions.

The elaborator closes the bodies of functions, branches and loops here, the differentiator those that it writes.  The
records of control ops (`Control`) differentiate themselves with the help of what is passed to their rules:

    vjp(d: ReverseRegions, g, y, operands, regions, *attrs) -> a Term or None per operand
    jvp(d: ForwardRegions, t, y, operands, regions, *attrs) -> a Term or None per result

`g` and `t` hold None where there is no cotangent or tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.op import Creation, Op
from graphc.ir.types import F32, DType
from graphc.source import Origin

if TYPE_CHECKING:
    from graphc.ir.builder import Builder


def close_region(
    parameter: Op,
    nodes: Iterable[Node],
    params: Sequence[Value],
    outputs: Sequence[Value],
    origin: Origin,
    default_float: DType = F32,
) -> tuple[Graph, tuple[Value, ...]]:
    """A closed region of `nodes`, and the values from outside that its further parameters stand for.

    `parameter` is the record of region parameters; `params` are results of parameter nodes, which may be among
    `nodes`.  The captures are in the order of their first use (in the nodes, then in the outputs); the region's
    parameters are `params`, then one for each.  Literals and sizes are no captures: the region gets its own.
    """
    own = set(params)
    listed = [n for n in nodes if n.results[0] not in own]
    inside = own.union(r for n in listed for r in n.results)
    free = dict.fromkeys(v for n in listed for v in n.inputs if v not in inside)
    free.update(dict.fromkeys(v for v in outputs if v not in inside))
    literals = {v: v.node.copy(()).results[0] for v in free if _is_literal(v)}
    captures = tuple(v for v in free if v not in literals)
    taken = [
        Node(parameter, (), (v.name or f"capture_{i}", v.type), (), (v.type,), origin, (v.name,)).results[0]
        for i, v in enumerate(captures)
    ]
    mapping = dict(zip(captures, taken, strict=True)) | literals
    body = [p.node for p in (*params, *taken, *literals.values())]
    for node in listed:
        if any(v in mapping for v in node.inputs):
            copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]))
            mapping.update(zip(node.results, copy.results, strict=True))
            body.append(copy)
        else:
            body.append(node)
    ends = tuple(Output(str(i), mapping.get(v, v), origin) for i, v in enumerate(outputs))
    region = Graph(tuple(body), ends, (*params, *taken), default_float=default_float)
    return region, captures


def _is_literal(value: Value) -> bool:
    """A number or size without a name, so that nobody can ask for its derivative."""
    return isinstance(value.node.op, Creation) and value.name is None and not value.type.shape


def copy_into(b: Builder, region: Graph, arguments: Mapping[Value, Value] | None = None) -> dict[Value, Value]:
    """Append the region's nodes to `b`, with `arguments` for parameters (copies of those that it lacks).

    Returns what each value became.
    """
    mapping: dict[Value, Value] = dict(arguments or {})
    for node in region.nodes:
        if node.results[0] not in mapping:
            copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]))
            mapping.update(zip(node.results, copy.results, strict=True))
            b.nodes.append(copy)
    return mapping


# ---------------------------------------------------------------- for the rules of control ops


@dataclass(frozen=True, slots=True)
class DerivedRegion:
    """A region that computes derivatives of another.

    `present`: for each derivative that was asked for, whether the region has an output for it (else it is zero).
    """

    graph: Graph
    present: tuple[bool, ...]


# region, which parameters want a cotangent, which outputs have one ->
#   region (params, cotangents of outputs) -> cotangents of the parameters that are present
RegionVjp: TypeAlias = Callable[[Graph, Sequence[bool], Sequence[bool]], DerivedRegion]
# region, which parameters have a tangent ->
#   region (params, tangents of parameters) -> tangents of the outputs that are present
RegionJvp: TypeAlias = Callable[[Graph, Sequence[bool]], DerivedRegion]


@dataclass(frozen=True, slots=True)
class ReverseRegions:
    """For a VJP rule: the builder, which operands want a cotangent, and the reverse sweep of a region."""

    b: Any
    wanted: tuple[bool, ...]
    region: RegionVjp


@dataclass(frozen=True, slots=True)
class ForwardRegions:
    """For a JVP rule: the builder, and the forward sweep of a region."""

    b: Any
    region: RegionJvp
