"""Results of an op before it exists: which outputs of its regions a meaning will be made of.

`branches` makes them from what two branches give, and meanings of them when the op has its results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphc.frontend.elaborate.core.scopes import Items, Meaning
from graphc.ir.graph import Value
from graphc.source import Span

# The position of a result, several of them, or something known now.
Slot: TypeAlias = "int | Several | Fixed"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A meaning that exists at compile time only, the same in both branches."""

    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Several:
    """The results that the items of a list or tuple `like` this one are."""

    slots: tuple[Slot, ...]
    like: Items


def meaning_of(slot: Slot, values: Sequence[Value], span: Span) -> Meaning:
    match slot:
        case int():
            return values[slot]
        case Fixed(meaning):
            return meaning
        case Several(slots, like):
            return replace(like, items=tuple([meaning_of(s, values, span) for s in slots]), span=span)
