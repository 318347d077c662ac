"""A loop taken apart, as the rules of its derivatives need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.ir.derivation import ForwardRegions, ReverseRegions
from graphc.ir.graph import Graph, Value
from graphc.ir.layout import Loop
from graphc.ir.region import without_effects
from graphc.ir.types import TokenType

Values: TypeAlias = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Parts:
    """A loop without its effects: what goes in, and the body with its parameters by their roles."""

    body: Graph
    loop: Loop
    head: Values
    mapped: Values
    carried: Values
    captures: Values

    @property
    def slice_at(self) -> range:
        """Which parameters of the body are slices."""
        return range(self.loop.index, self.loop.index + self.loop.mapped)

    @property
    def carried_at(self) -> range:
        return range(self.slice_at.stop, self.slice_at.stop + self.loop.carried)

    @property
    def capture_at(self) -> range:
        return range(self.carried_at.stop, len(self.body.params))


def take_apart(loop: Loop, inputs: Values, region: Graph) -> Parts:
    kept = [v for v in inputs if not isinstance(v.type, TokenType)]
    carried = loop.carried - (len(inputs) - len(kept))
    start = loop.head + loop.mapped
    pure = Loop(loop.head, loop.index, loop.mapped, carried, loop.least, loop.length, loop.resized)
    return Parts(
        without_effects(region),
        pure,
        kept[: loop.head],
        kept[loop.head : start],
        kept[start : start + carried],
        kept[start + carried :],
    )


def pure(items: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """The items that belong to values other than tokens."""
    return [item for item, t in zip(items, values, strict=True) if not isinstance(t.value.type, TokenType)]


def spread(found: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """The reverse: None for tokens."""
    rest = iter(found)
    return [None if isinstance(t.value.type, TokenType) else next(rest) for t in values]


def finite_inside(d: ReverseRegions | ForwardRegions, parts: Parts, finite: Sequence[bool]) -> list[bool]:
    """Which parameters of the body are finite for ordinary inputs at every step, from which operands after the head
    are: a carried value at the start, and as long as the others are after a step, too."""
    known = [True] * parts.loop.index + list(finite)
    while True:
        after = d.finite_through(parts.body, known)
        changed = [at for at, f in zip(parts.carried_at, after, strict=False) if known[at] and not f]
        if not changed:
            return known
        for at in changed:
            known[at] = False
