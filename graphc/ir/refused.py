"""What stands for an operation that sizes, known by now, don't fit, where a run may never come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from graphc.diagnostics import Diagnostics
from graphc.ir.graph import Node, Value
from graphc.ir.op import CALL, REQUIRED, Attribute, Inferred, NotDifferentiable, Operand, Ruled
from graphc.ir.types import ANY, Array, Type


def _evaluate(operands: Sequence[Array], problem: Diagnostics, types: tuple[Type, ...]) -> NoReturn:
    raise problem


REFUSED = Ruled(
    name="refused",
    params=(
        Operand("operands", ANY, group=None, variadic=True),
        Attribute("problem", "literal", REQUIRED),
        Attribute("types", "type", REQUIRED),
    ),
    doc="An operation that the sizes don't fit: an error where it is reached.  No program has it before its sizes.",
    evaluate=_evaluate,
    vjp=NotDifferentiable("it has no value"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda operands, problem, types: Inferred(types, (problem, types)),
)


def refused(node: Node, inputs: tuple[Value, ...], problem: Diagnostics, types: tuple[Type, ...]) -> Node:
    """A node in the place of `node`, with results of these types, whose evaluation raises `problem`."""
    attrs: tuple[Any, ...] = (problem, types)
    return Node(REFUSED, inputs, attrs, (), types, node.origin, [r.name for r in node.results])
