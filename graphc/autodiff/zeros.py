"""Does a zero stay a zero?  Decides whether a cotangent's mask must be applied again after an op.

Everything is read off the records and, where they don't say, off a few values: nothing here knows an op by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np

from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import (
    Contraction,
    Control,
    Effect,
    Elementwise,
    Op,
    Operand,
    Ordering,
    Placeholder,
    Reduction,
    Rule,
    View,
)
from graphc.ir.types import BOOLS, FLOATS


def keeps_zero(op: Op, emitted: Sequence[Node], g: Value, result: Value) -> bool:
    """Is `result`, which the VJP rule of `op` wrote as `emitted`, zero where `g` is, whatever the operands hold?"""
    if isinstance(op, View) or (isinstance(op, Elementwise) and op.keeps_zero):
        return True
    linear, lost = {g}, set[Value]()
    for node in emitted:
        if not lost.isdisjoint(node.inputs):
            lost.update(node.results)
        elif not linear.isdisjoint(node.inputs):
            (linear if _maps_zero_to_zero(node, linear) else lost).update(node.results)
    return result in linear


def _maps_zero_to_zero(node: Node, zeros: set[Value]) -> bool:
    """For a node that is linear in the operands that are zero: are the others harmless?"""
    op = node.op
    if isinstance(op, View):
        return True
    if not isinstance(op, Elementwise):
        return False
    if op.keeps_zero:
        return True
    arguments: list[Any] = []
    for v in node.inputs:
        data: Any = v.node.attrs[0] if v.node.attrs and not v.node.inputs else None
        if v in zeros:
            arguments.append(np.float64(0))
        elif hasattr(data, "array") and data.array.ndim == 0:
            arguments.append(np.float64(data.array[()]))
        else:
            return False
    with np.errstate(all="ignore"):
        return bool(op.evaluate(*arguments, *node.attrs) == 0)


class Finiteness:
    """Which values are finite for ordinary inputs, so that 0 times them is 0.  Remembers its answers.

    Inputs, variables and finite constants are, and what is made of them by ops that give finite results for finite
    operands of moderate size: sums, products, `tanh`, `where`; not `log`, `/`, `exp`.  Parameters of regions are but
    for those in `unknown`.
    """

    def __init__(self, unknown: Iterable[Value] = ()) -> None:
        self._nodes: dict[Node, bool] = {v.node: False for v in unknown}
        self._ops: dict[tuple[Op, tuple[Any, ...]], bool] = {}

    def through(self, region: Graph, finite: Sequence[bool]) -> list[bool]:
        """Which outputs of a region are, from which parameters are."""
        inside = Finiteness(p for p, known in zip(region.params, finite, strict=True) if not known)
        inside._ops = self._ops
        return [inside.of(o.value) for o in region.outputs]

    def of(self, value: Value) -> bool:
        stack = [value.node]
        known = self._nodes
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
                continue
            sources = self._sources(node)
            unknown = [v.node for v in sources or () if v.node not in known]
            if unknown:
                stack.extend(unknown)
            else:
                known[node] = sources is not None and all(known[v.node] for v in sources)
        return known[value.node]

    def _sources(self, node: Node) -> tuple[Value, ...] | None:
        """The operands that must be finite for the node to be; None if that isn't enough."""
        op = node.op
        if isinstance(op, Control | Effect):
            return None
        if not node.inputs:
            data = node.attrs[0] if node.attrs and not isinstance(op, Placeholder) else None
            array = getattr(data, "array", None)
            infinite = array is not None and array.dtype.kind == "f" and not np.isfinite(array).all()
            return None if infinite else ()
        if isinstance(op, Rule):
            return node.inputs[: len(node.results)]
        if node.results[0].type.dtype not in FLOATS or isinstance(op, View | Reduction | Contraction | Ordering):
            return node.inputs
        if isinstance(op, Elementwise) and self._is_total(op, node.attrs):
            return node.inputs
        return None

    def _is_total(self, op: Elementwise, attrs: tuple[Any, ...]) -> bool:
        key = (op, attrs)
        if key not in self._ops:
            points = tuple(zip(*product(*[_samples(p) for p in op.operands]), strict=True))
            arrays = [np.array(column) for column in points]
            with np.errstate(all="ignore"):
                self._ops[key] = bool(np.isfinite(op.evaluate(*arrays, *attrs)).all())
        return self._ops[key]


def _samples(operand: Operand) -> tuple[float, ...]:
    """Values that an operand takes without surprise."""
    if operand.accepts & FLOATS:
        return (-1e4, -1.0, 0.0, 1.0, 1e4)
    return (False, True) if operand.accepts == BOOLS else (0, 1, 2)
