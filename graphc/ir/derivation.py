"""What differentiation does with regions, and lends to the rules of control ops.

The records of control ops (`Control`) differentiate themselves with the help of what is passed to their rules:

    vjp(d: ReverseRegions, g, y, operands, regions, *attrs) -> a Term, a Masked or None per operand
    jvp(d: ForwardRegions, t, y, operands, regions, *attrs) -> a Term, a Masked or None per result

`g` and `t` hold None where there is no cotangent or tangent; `d.masks` say where those that there are are zero by
structure, and their zeros are in place.  A derived region takes such masks as further parameters, and gives those of
its derivatives as further results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.ir.graph import Graph, Value
from graphc.ir.op import Masked
from graphc.ir.types import BOOL, WEAK_FLOAT, WEAK_INT, StackType


@dataclass(frozen=True, slots=True)
class DerivedRegion:
    """A region that computes derivatives of another.

    `present`: for each derivative that was asked for, whether the region has an output for it (else it is zero).
    `masked`: whether it has one for a mask, too, off which the derivative is zero by structure.  The derivatives come
    first, then what else was asked for, then the masks.
    """

    graph: Graph
    present: tuple[bool, ...]
    masked: tuple[bool, ...]

    @property
    def derivatives(self) -> list[Value | None]:
        """Its outputs that are derivatives, by what was asked for."""
        ends = iter([o.value for o in self.graph.outputs])
        return [next(ends) if p else None for p in self.present]

    @property
    def masks(self) -> list[Value | None]:
        """Those that are masks."""
        ends = iter([o.value for o in self.graph.outputs[len(self.graph.outputs) - sum(self.masked) :]])
        return [next(ends) if m else None for m in self.masked]

    @property
    def further(self) -> list[Value]:
        """Those that stand between."""
        return [o.value for o in self.graph.outputs[sum(self.present) : len(self.graph.outputs) - sum(self.masked)]]


def tangent_type(type: Any) -> Any:
    """The type of a value's tangents and cotangents: a number without a dtype may be whole, they are not."""
    if type.dtype is not WEAK_INT:
        return type
    if isinstance(type, StackType):
        return StackType(type.element.with_dtype(WEAK_FLOAT))
    return type.with_dtype(WEAK_FLOAT)


def mask_type(type: Any) -> Any:
    """The type of a mask at full size."""
    return StackType(type.element.with_dtype(BOOL)) if isinstance(type, StackType) else type.with_dtype(BOOL)


@dataclass(frozen=True, slots=True)
class Flags:
    """What a derivation is given of the parameters or outputs of a region, one flag each.

    `moving`: it has a tangent or cotangent.  `masked`: that has a mask.
    """

    moving: tuple[bool, ...]
    masked: tuple[bool, ...]

    @staticmethod
    def of(moving: Sequence[Any], masks: Sequence[Any]) -> Flags:
        """Of what there is, those that aren't None."""
        return Flags(tuple([t is not None for t in moving]), tuple([m is not None for m in masks]))


def assigned(derived: DerivedRegion, results: Sequence[Any]) -> list[Any]:
    """Terms for the results of a derived region, its derivatives and then its masks, by what was asked for."""
    values = iter(results)
    found = [next(values) if present else None for present in derived.present]
    masks = [next(values) if masked else None for masked in derived.masked]
    return [v if m is None else Masked(v, m, clean=True) for v, m in zip(found, masks, strict=True)]


# region, which parameters want a cotangent, what the outputs have, which parameters are finite for ordinary inputs ->
#   region (params, cotangents of outputs, their masks) -> cotangents of the parameters that are present, their masks
RegionVjp: TypeAlias = Callable[[Graph, Sequence[bool], Flags, Sequence[bool]], DerivedRegion]
# region, what the parameters have, which of them are finite, whether its own outputs are wanted, too ->
#   region (params, tangents of parameters, their masks) -> tangents of the outputs that are present, the outputs, masks
RegionJvp: TypeAlias = Callable[[Graph, Flags, Sequence[bool], bool], DerivedRegion]
# region -> for each output, the parameters on which it depends differentiably, as the bits of an integer
RegionFlow: TypeAlias = Callable[[Graph], Sequence[int]]
# region, which parameters are finite for ordinary inputs -> which outputs are
RegionFinite: TypeAlias = Callable[[Graph, Sequence[bool]], Sequence[bool]]


@dataclass(frozen=True, slots=True)
class ReverseRegions:
    """For a VJP rule: the builder, which operands want a cotangent, and what it needs to know of regions.

    `masks`: by result, a Term that is false where its cotangent is zero by structure, or None.  `finite`: by operand,
    whether it is for ordinary inputs.  `region`: the reverse sweep of a region; `flow`: what its outputs depend on;
    `finite_through`: which of them are finite.
    """

    b: Any
    wanted: tuple[bool, ...]
    masks: tuple[Any, ...]
    finite: tuple[bool, ...]
    region: RegionVjp
    flow: RegionFlow
    finite_through: RegionFinite


@dataclass(frozen=True, slots=True)
class ForwardRegions:
    """For a JVP rule: the same, with masks by operand and the forward sweep of a region."""

    b: Any
    masks: tuple[Any, ...]
    finite: tuple[bool, ...]
    region: RegionJvp
    flow: RegionFlow
    finite_through: RegionFinite
