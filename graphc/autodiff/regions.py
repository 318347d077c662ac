"""What the sweeps share when they differentiate a region: a builder of its own, parameters, and the closed result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from graphc.autodiff.masked import Cotangent, known_mask, mask_of
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.derivation import DerivedRegion, Flags, mask_type, tangent_type
from graphc.ir.graph import Graph, Output, Value, reachable
from graphc.ir.narrowing import without_unread
from graphc.ir.region import copy_into
from graphc.ir.types import TensorType
from graphc.source import Origin, Span

# What was derived of regions, by all that it depends on.  A loop asks up to twice, and so does each loop around it.
Derivations: TypeAlias = "dict[tuple[Any, ...], DerivedRegion]"


def asked_at(origin: Origin) -> tuple[Any, ...]:
    """What of an origin is seen in a derived region."""
    return (origin.spans, origin.call, origin.derived)


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


def given_parameters(
    b: Builder, name: str, values: Sequence[Value], given: Flags
) -> tuple[list[Cotangent | None], list[Value]]:
    """The tangents or cotangents of `values`, and the new parameters that these are, those of masks at the end."""
    count = sum(given.moving)
    names = iter([name] if count == 1 else [f"{name}{i}" for i in range(count)])
    pairs = list(zip(values, given.moving, given.masked, strict=True))
    own = [parameter(b, next(names), tangent_type(v.type)) if moving else None for v, moving, _ in pairs]
    masks = [parameter(b, "m", mask_type(v.type)) if masked else None for v, _, masked in pairs]
    hidden = [None if m is None else known_mask(b, m) for m in masks]
    found = [None if t is None else Cotangent(t, m) for t, m in zip(own, hidden, strict=True)]
    return found, [p for p in (*own, *masks) if p is not None]


def derived_region(
    b: Builder,
    params: Sequence[Value],
    found: Sequence[Cotangent | None],
    of: Sequence[Value],
    further: Sequence[Value] = (),
) -> DerivedRegion:
    """The region of what `b` holds and the derivatives of the values `of` need: its outputs are the derivatives that
    are there, `further` values, and the masks of the derivatives that have one."""
    masks = [mask_of(b, g, v) for g, v in zip(found, of, strict=True)]
    values = [*(g.value for g in found if g is not None), *further, *(m for m in masks if m is not None)]
    needed = reachable(values) | {p.node for p in params}
    nodes, mapping = without_unread([n for n in b.nodes if n in needed], values)
    values = [mapping.get(v, v) for v in values]
    outputs = tuple(Output(str(i), v, v.node.origin) for i, v in enumerate(values))
    graph = Graph(tuple(nodes), outputs, tuple(params), default_float=b.default_float)
    return DerivedRegion(graph, tuple(g is not None for g in found), tuple(m is not None for m in masks))
