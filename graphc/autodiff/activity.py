"""Which nodes a derivative has to visit: those on a differentiable path from `wrt` to `ys`.

Both sweeps ask here.  Cost: one look at each node of the program, and one at each input of what `ys` need.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphc.autodiff.errors import DerivativeError
from graphc.ir.graph import Node, Value
from graphc.ir.op import NotDifferentiable, Rule
from graphc.ir.types import FLOATS, WEAK_INT, TensorType

DIFFERENTIABLE = FLOATS | {WEAK_INT}


@dataclass(frozen=True, slots=True)
class Activity:
    """`nodes`: to be visited, in program order.  `values`: those that depend on `wrt`, `wrt` included."""

    nodes: list[Node]
    values: set[Value]


def carries_derivative(value: Value) -> bool:
    """Floats do, and numbers written without a dtype."""
    return isinstance(value.type, TensorType) and value.type.dtype in DIFFERENTIABLE


def differentiable_inputs(node: Node) -> tuple[Value, ...]:
    """The operands that the node's rule can send a cotangent to: of a hand-written one, the parameters."""
    return node.inputs[1 : 1 + node.attrs[0]] if isinstance(node.op, Rule) else node.inputs


def ancestors(ys: Iterable[Value]) -> set[Node]:
    """The nodes that `ys` need, as far as derivatives flow back."""
    seen: set[Node] = set()
    stack = [y.node for y in ys]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        vjp = node.op.vjp
        if isinstance(vjp, NotDifferentiable) and vjp.zero:
            continue
        for v in node.inputs:
            if v.node not in seen:
                stack.append(v.node)
    return seen


def activity(nodes: Iterable[Node], ys: Sequence[Value], wrt: Sequence[Value]) -> Activity:
    """What of `nodes` lies between `wrt` and `ys`.

    Raises DerivativeError E0406 at an op in between that has a derivative which nobody wrote down (where the
    derivative is zero, the path just ends).
    """
    needed = ancestors(ys)
    wanted = {v for v in wrt if carries_derivative(v)}
    active = set(wanted)
    visited = []
    for node in nodes:
        if node not in needed:
            continue
        if node.inputs and not active.isdisjoint(differentiable_inputs(node)) and _passes(node):
            active.update(r for r in node.results if carries_derivative(r))
            visited.append(node)
        elif not wanted.isdisjoint(node.results):
            visited.append(node)
    return Activity(visited, active)


def _passes(node: Node) -> bool:
    vjp = node.op.vjp
    if not isinstance(vjp, NotDifferentiable) or isinstance(node.op, Rule):
        return True
    if vjp.zero or not any(carries_derivative(r) for r in node.results):
        return False
    raise DerivativeError("E0406", f"{node.op.name} has no derivative: {vjp.reason}", node.origin)


def depends(nodes: Iterable[Node], y: Value, x: Value) -> bool:
    """Does a derivative of `y` by `x` exist, be it zero?"""
    return y in activity(nodes, [y], [x]).values
