"""What the sweeps share when they differentiate a region: a builder of its own, parameters, and the closed result."""

from __future__ import annotations

from collections.abc import Sequence

from graphc.ir.builder import Builder, Catalogue
from graphc.ir.graph import Graph, Output, Value, reachable
from graphc.ir.region import DerivedRegion, copy_into
from graphc.ir.types import TensorType
from graphc.source import Origin, Span


def parameter(b: Builder, name: str, type: TensorType) -> Value:
    """A new parameter in `b`."""
    return b.emit(b.catalogue["parameter"], (), (name, type), (), (name,)).results[0]


def asked_by(origin: Origin) -> Span | None:
    """The span that asked for the derivative to which `origin` belongs."""
    return None if origin.derived is None else origin.derived.asked


def opened(catalogue: Catalogue, region: Graph, origin: Origin) -> tuple[Builder, list[Value], list[Value]]:
    """A builder that holds a copy of the region, and the copy's parameters and outputs."""
    b = Builder(catalogue, region.default_float, origin)
    mapping = copy_into(b, region)
    return b, [mapping[p] for p in region.params], [mapping[o.value] for o in region.outputs]


def derived_region(
    b: Builder, params: Sequence[Value], found: Sequence[Value | None], further: Sequence[Value] = ()
) -> DerivedRegion:
    """The region of what `b` holds and the derivatives need, with those that are there as its outputs, and others."""
    values = [*(v for v in found if v is not None), *further]
    needed = reachable(values) | {p.node for p in params}
    nodes = tuple(n for n in b.nodes if n in needed)
    outputs = tuple(Output(str(i), v, v.node.origin) for i, v in enumerate(values))
    graph = Graph(nodes, outputs, tuple(params), default_float=b.default_float)
    return DerivedRegion(graph, tuple(v is not None for v in found))
