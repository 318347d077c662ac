"""Why a derivative is zero: where the path from `x` to `ys` breaks.

Asked by the frontend for the message of E0402, after `gradient` has found no path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphc.autodiff.activity import carries_derivative, differentiable_inputs
from graphc.ir.graph import Node, Value
from graphc.ir.op import Control, NotDifferentiable, Rule
from graphc.ir.types import BOOL, TensorType


@dataclass(frozen=True, slots=True)
class Break:
    """The op on the way that lets no derivative through.

    `kind`: "none": x takes no part in the computation; "dtype": x itself is no float; "integer": a cast (or another op)
    gives integers or booleans; "op": the op has no derivative, as its record says; "rule": a hand-written derivative
    takes no notice of x; "inside": the path ends inside a region.  `node` is None for the first two.
    """

    kind: Literal["none", "dtype", "integer", "op", "rule", "inside"]
    node: Node | None
    reason: str


def broken_path(ys: Sequence[Value], x: Value) -> Break:
    """Where the path from `x` to `ys` breaks: of several places the first in the program, conditions last."""
    if not carries_derivative(x):
        return Break("dtype", None, f"it is {x.type}")
    reached = {x}
    breaks: list[Break] = []
    regions: list[Break] = []
    for node in _in_order(ys):
        if reached.isdisjoint(node.inputs):
            continue
        found = _break_at(node, reached)
        if found is not None:
            breaks.append(found)
            continue
        reached.update(r for r in node.results if carries_derivative(r))
        if isinstance(node.op, Control):
            regions.append(Break("inside", node, "the path ends inside it"))
    breaks.sort(key=_is_condition)
    return (*breaks, *regions, Break("none", None, "it takes no part in the computation"))[0]


def _is_condition(found: Break) -> bool:
    type = found.node and found.node.results[0].type
    return isinstance(type, TensorType) and type.dtype is BOOL


def _in_order(ys: Sequence[Value]) -> list[Node]:
    """The nodes that `ys` need, each after those it reads; the same order in every run."""
    done: dict[Node, None] = {}
    stack = [(y.node, False) for y in reversed(ys)]
    while stack:
        node, ready = stack.pop()
        if ready:
            done[node] = None
        elif node not in done:
            stack.append((node, True))
            stack.extend((v.node, False) for v in reversed(node.inputs) if v.node not in done)
    return list(done)


def _break_at(node: Node, reached: set[Value]) -> Break | None:
    vjp = node.op.vjp
    if isinstance(node.op, Rule):
        if reached.isdisjoint(differentiable_inputs(node)):
            return Break("rule", node, "a hand-written derivative takes no notice of it")
        return None
    if not isinstance(vjp, NotDifferentiable) and not any(carries_derivative(r) for r in node.results):
        return Break("integer", node, f"its result is {node.results[0].type}")
    return Break("op", node, vjp.reason) if isinstance(vjp, NotDifferentiable) else None
