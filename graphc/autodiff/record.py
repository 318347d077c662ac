"""A record of a reverse sweep, for those who want to watch it.

In: what the sweep sends and adds up, while it goes.  Out: a `Step` for each value that has an adjoint, in the order of
the sweep.  A sweep without a record does nothing of this.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphc.autodiff.masked import Cotangent, materialise
from graphc.ir.builder import Builder
from graphc.ir.graph import Node, Value


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the adjoint of a value gets from `user`, an operation that reads it; from None, its seed."""

    user: Node | None
    part: Value


@dataclass(frozen=True, slots=True)
class Step:
    """A value, the contributions to its adjoint in the order of their arrival, and their sum.

    `raw` is the sum as the contributions to other values refer to it: zeros that are known by a mask may be missing.
    """

    value: Value
    contributions: tuple[Contribution, ...]
    raw: Value
    adjoint: Value


class Record:
    """The sweep calls `receive` for each seed and contribution, `complete` for each sum; then ask for `steps`."""

    def __init__(self) -> None:
        self._arrived: dict[Value, list[tuple[Node | None, Cotangent]]] = {}
        self._done: list[tuple[Value, Cotangent]] = []

    def receive(self, value: Value, user: Node | None, part: Cotangent) -> None:
        self._arrived.setdefault(value, []).append((user, part))

    def complete(self, value: Value, total: Cotangent) -> None:
        self._done.append((value, total))

    def steps(self, b: Builder) -> list[Step]:
        """What happened, in order; `b` is given the nodes that put known zeros into place."""
        return [
            Step(
                value,
                tuple(Contribution(user, materialise(b, part)) for user, part in self._arrived[value]),
                total.value,
                materialise(b, total),
            )
            for value, total in self._done
        ]
