"""Values in words, for reports: by their source text where somebody wrote them, else by op and operands."""

from __future__ import annotations

from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value
from graphc.ir.literal import format_array, format_number
from graphc.ir.op import Infix, Prefix
from graphc.source import BUILTIN

LONGEST = 60
FEW = 6  # elements of an array that are shown


def written(node: Node) -> str:
    """The source text of a node; for a derived one, its op with named operands."""
    span = node.origin.span
    if node.origin.derived is None and span.source is not BUILTIN.span.source:
        return shorten(" ".join(span.text.split()))
    return shorten(_applied(node))


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def constant_text(data: Constant) -> str:
    """A number or a short list; a larger array by its type."""
    if data.array.ndim == 0:
        return format_number(data.value, data.dtype)
    return format_array(data.array, data.dtype) if data.array.size <= FEW else str(data.type)


def _applied(node: Node) -> str:
    names = [_operand(v) for v in node.inputs]
    match node.op.spelling:
        case Infix(symbol=symbol) if len(names) == 2:
            return f"{names[0]} {symbol} {names[1]}"
        case Prefix(symbol=symbol) if len(names) == 1:
            return f"{symbol}{names[0]}"
    return f"{node.op.name}({', '.join(names)})"


def _operand(value: Value) -> str:
    if value.name:
        return value.name
    data = value.node.attrs[0] if len(value.node.attrs) == 1 else None
    return constant_text(data) if isinstance(data, Constant) else "…"
