"""Why a derivative is zero: where the path from `x` to `ys` breaks.

Asked by the frontend for the message of E0402, after `gradient` has found no path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphc.autodiff.activity import carries_derivative, differentiable_inputs
from graphc.ir.graph import Node, Value, reachable
from graphc.ir.op import Control, NotDifferentiable, Rule


@dataclass(frozen=True, slots=True)
class Break:
    """The first op on the way that lets no derivative through.

    `kind`: "none": there is no path at all; "dtype": `x` itself is no float; "integer": a cast (or another op) gives
    integers or booleans; "op": the op has no derivative, as its record says; "rule": a hand-written derivative takes
    no notice of it; "zero": a region or an op gives no cotangent to it.  `node` is None for the first two.
    """

    kind: Literal["none", "dtype", "integer", "op", "rule", "zero"]
    node: Node | None
    reason: str


def broken_path(ys: Sequence[Value], x: Value) -> Break:
    """Where the path from `x` to `ys` breaks; of several places, the one that comes last on the first path found."""
    if not carries_derivative(x):
        return Break("dtype", None, f"it is {x.type}")
    users = _users(ys)
    if x not in users and x not in ys:
        return Break("none", None, "it takes no part in the computation")
    last: Break | None = None
    seen = {x}
    stack = [x]
    while stack:
        value = stack.pop()
        for node in users.get(value, ()):
            found = _break_at(node, value)
            if found is not None:
                last = found
                continue
            for result in reversed(node.results):
                if result not in seen and carries_derivative(result):
                    seen.add(result)
                    stack.append(result)
    return last or Break("none", None, "it takes no part in the computation")


def _users(ys: Sequence[Value]) -> dict[Value, list[Node]]:
    """The nodes that read each value, among those that `ys` need."""
    users: dict[Value, list[Node]] = {}
    order = sorted(reachable(ys), key=_place)
    for node in order:
        for v in dict.fromkeys(node.inputs):
            users.setdefault(v, []).append(node)
    return users


def _place(node: Node) -> tuple[str, int]:
    """Where a node stands in the program, so that the answer doesn't depend on the order of a set."""
    span = node.origin.span
    return span.source.name, span.start


def _break_at(node: Node, value: Value) -> Break | None:
    vjp = node.op.vjp
    if isinstance(node.op, Rule):
        known = value in differentiable_inputs(node)
        return None if known else Break("rule", node, "a hand-written derivative replaces it")
    if isinstance(vjp, NotDifferentiable):
        return Break("op", node, vjp.reason)
    if not any(carries_derivative(r) for r in node.results):
        return Break("integer", node, f"its result is {node.results[0].type}")
    if isinstance(node.op, Control):
        return Break("zero", node, "no derivative comes through it")
    return None
