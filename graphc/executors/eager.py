"""The values of a graph that grows: each node is executed once, and what it gave is kept.

In: nodes as they are appended, and the values that are wanted now.  Out: arrays by value.  The nodes that are missing
become a plan of their own, so regions, failures and numbers are those of any run; nothing is optimised.
The driver's eager sessions call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from graphc.executors.plan import Plan, Write, make_plan
from graphc.executors.specialise import specialise_more
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.types import Array, TensorType

Lower: TypeAlias = Callable[[Graph, dict[Value, Value]], Graph]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was executed at one time: the values that it read and those that it gave."""

    plan: Plan
    read: tuple[Value, ...]
    given: tuple[Value, ...]


class Values:
    """The values known so far.  `nodes` grows while others append to it; `sizes` while inputs are declared.

    `lower` makes the next nodes of the graph concrete, before each is executed.
    """

    def __init__(self, nodes: Sequence[Node], write: Write, lower: Lower) -> None:
        self.sizes: dict[str, int] = {}
        self._nodes = nodes
        self._write = write
        self._lower = lower
        self._known: dict[Value, Any] = {}
        self._lowered: dict[Value, Value] = {}  # those that are others once they are concrete
        self._bound: dict[Value, Value] = {}  # those that are others for these sizes
        self._pieces: list[_Piece] = []

    def __getitem__(self, value: Value) -> Any:
        return self._known[value]

    def __contains__(self, value: object) -> bool:
        return value in self._known

    def give(self, value: Value, array: Array) -> None:
        """The value of a placeholder, or of what is not to be computed."""
        self._known[value] = array
        if not value.type.is_static:
            node, type = value.node, TensorType(value.type.dtype, array.shape)
            self._bound[value] = Node(node.op, (), node.attrs, (), (type,), node.origin, (value.name,)).results[0]

    def compute(self, wanted: Iterable[Value], start: int = 0) -> None:
        """Execute what `wanted` needs and isn't known, mostly nodes from index `start` on.  Raises Diagnostics."""
        missing = self._missing(wanted)
        if not missing:
            return
        listed = [n for n in self._nodes[start:] if n in missing]
        if len(listed) < len(missing):
            listed = [n for n in self._nodes if n in missing]
        given = tuple([v for n in listed for v in n.results])
        read = tuple(dict.fromkeys([v for n in listed for v in n.inputs if v.node not in missing]))
        graph = specialise_more(self._lower(Graph(tuple(listed), ()), self._lowered), self.sizes, self._bound)
        params, results = [[self._final(v) for v in values] for values in (read, given)]
        piece = _Piece(make_plan(graph, params, results, keeps=True), read, given)
        self._run(piece)
        self._pieces.append(piece)

    def _final(self, value: Value) -> Value:
        """What stands for a value in the graph that is executed."""
        concrete = self._lowered.get(value, value)
        return self._bound.get(concrete, concrete)

    def again(self, placeholders: Iterable[tuple[Value, Any]]) -> None:
        """Execute everything once more, with other values to start from, of the same shapes.  Raises Diagnostics."""
        self._known.update(placeholders)
        for piece in self._pieces:
            self._run(piece)

    def _missing(self, wanted: Iterable[Value]) -> set[Node]:
        known = self._known
        missing: set[Node] = set()
        stack = [v.node for v in wanted if v not in known]
        while stack:
            node = stack.pop()
            if node not in missing:
                missing.add(node)
                stack.extend([v.node for v in node.inputs if v not in known])
        return missing

    def _run(self, piece: _Piece) -> None:
        known = self._known
        with np.errstate(all="ignore"):
            arrays = piece.plan.call(self._write, [known[v] for v in piece.read])
        known.update(zip(piece.given, arrays, strict=True))
