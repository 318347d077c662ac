"""Which nodes a derivative has to visit: those on a differentiable path from `wrt` to `ys`.

Both sweeps ask here.  Cost: one look at each input of what `ys` need, and one at each node of the program that comes
after the first two of these.  Control ops
are looked into: what their results depend on is found region by region, around loops until nothing is added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.autodiff.errors import DerivativeError
from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.loops import around
from graphc.ir.op import Control, NotDifferentiable, Rule
from graphc.ir.types import FLOATS, WEAK_INT, StackType, TensorType

DIFFERENTIABLE = FLOATS | {WEAK_INT}


@dataclass(frozen=True, slots=True)
class Activity:
    """`nodes`: to be visited, in program order.  `values`: those that depend on `wrt`, `wrt` included."""

    nodes: list[Node]
    values: set[Value]


def carries_derivative(value: Value) -> bool:
    """Floats do, and numbers written without a dtype."""
    return isinstance(value.type, TensorType | StackType) and value.type.dtype in DIFFERENTIABLE


def differentiable_inputs(node: Node) -> tuple[Value, ...]:
    """The operands that the node's rule can send a cotangent to: of a hand-written one, the parameters."""
    return tuple([node.inputs[i] for i in differentiable_places(node)])


def differentiable_places(node: Node) -> range:
    """Where they stand among the operands."""
    if not isinstance(node.op, Rule):
        return range(len(node.inputs))
    count, results = node.attrs
    return range(results, results + count)


def passing_inputs(node: Node) -> tuple[Value, ...]:
    """The operands that a derivative goes on to: none where the rule says that it is zero."""
    vjp = node.op.vjp
    return () if isinstance(vjp, NotDifferentiable) and vjp.zero else differentiable_inputs(node)


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


def in_order(backwards: Iterable[Node], ys: Sequence[Value], wanted: Collection[Value]) -> list[Node]:
    """The nodes that `ys` need, in program order; of those without operands, the ones that give `wanted`.

    Many derivatives in a long program are by what stands at its start: if that is all that is missing, no look at the
    nodes between is needed.
    """
    sources = {v.node for v in wanted}
    needed = {n for n in ancestors(ys) if n.inputs or n in sources}
    found: list[Node] = []
    for node in backwards:
        if node in needed:
            found.append(node)
            needed.discard(node)
        if len(needed) <= 1 and not any(n.inputs for n in needed):
            break
    found.extend(needed if len(needed) == 1 else ())
    found.reverse()
    return found


def activity(backwards: Iterable[Node], ys: Sequence[Value], wrt: Sequence[Value]) -> Activity:
    """What of the nodes of a program, given from the last to the first, lies between `wrt` and `ys`.

    Raises DerivativeError E0406 at an op in between that has a derivative which nobody wrote down (where the
    derivative is zero, the path just ends).
    """
    wanted = {v for v in wrt if carries_derivative(v)}
    active = set(wanted)
    visited = []
    flows: Flows = {}
    for node in in_order(backwards, ys, wanted):
        if isinstance(node.op, Control):
            through = _through(node, [int(v in active) for v in node.inputs], flows)
            active.update(r for r, mask in zip(node.results, through, strict=True) if mask)
            if any(through) or not wanted.isdisjoint(node.results):
                visited.append(node)
        elif node.inputs and not active.isdisjoint(differentiable_inputs(node)) and _passes(node):
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


# ---------------------------------------------------------------- regions

Flows: TypeAlias = "dict[Graph, tuple[int, ...]]"


def flow(region: Graph, known: Flows) -> tuple[int, ...]:
    """For each output, the parameters on which it depends differentiably: bit i for parameter i."""
    if region not in known:
        for inner in reversed(nested(region)):
            if inner not in known:
                known[inner] = _flow(inner, known)
    return known[region]


def _flow(region: Graph, known: Flows) -> tuple[int, ...]:
    masks = {p: 1 << i for i, p in enumerate(region.params) if carries_derivative(p)}
    for node in region.nodes:
        if not node.inputs:
            continue
        if isinstance(node.op, Control):
            found = _through(node, [masks.get(v, 0) for v in node.inputs], known)
        else:
            mask = 0
            for v in passing_inputs(node):
                mask |= masks.get(v, 0)
            found = [mask if carries_derivative(r) else 0 for r in node.results]
        masks.update((r, mask) for r, mask in zip(node.results, found, strict=True) if mask)
    return tuple([masks.get(o.value, 0) for o in region.outputs])


def _through(node: Node, inputs: Sequence[int], known: Flows) -> list[int]:
    """What the results of a control op depend on, from what its operands do."""
    if not any(inputs):
        return [0] * len(node.results)
    op: Any = node.op
    if op.loop is not None:
        loop = op.loop(*node.attrs)
        found = around(loop, flow(node.regions[-1], known))
        start = loop.head + loop.mapped
        results = [_any_of(mask >> loop.index, inputs[loop.head :]) for mask in found]
        results[: loop.carried] = [r | inputs[start + j] for j, r in enumerate(results[: loop.carried])]
    else:
        given = inputs[op.given(*node.attrs) :]
        outputs = [[_any_of(mask, given) for mask in flow(region, known)] for region in node.regions]
        results = [mask | other for mask, other in zip(*outputs, strict=True)]
    return [mask if carries_derivative(r) else 0 for r, mask in zip(node.results, results, strict=True)]


def _any_of(mask: int, masks: Sequence[int]) -> int:
    """The union of those of `masks` that `mask` has a bit for."""
    total = 0
    while mask:
        low = mask & -mask
        total |= masks[low.bit_length() - 1]
        mask ^= low
    return total


def depends(backwards: Iterable[Node], y: Value, x: Value) -> bool:
    """Does a derivative of `y` by `x` exist, be it zero?"""
    return y in activity(backwards, [y], [x]).values
