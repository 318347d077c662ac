"""Failures while running, at the places of the program that they belong to.

In: the node that failed, the exception, the operands.  Out: a Diagnostics with the source line, the call stack and
the operands' types; or the exception itself, with the place noted, if it is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.blame import of_node
from graphc.ir.graph import Node, Value
from graphc.ir.literal import format_number
from graphc.ir.op import EvaluationError
from graphc.ir.types import Array, TensorType

_SHORT = 24  # columns of source text that stands for an operand without a name


def explain(error: Exception, node: Node, operands: Sequence[Array | None]) -> Exception:
    """What to raise for `error`, which happened in `node`."""
    if isinstance(error, Diagnostics):  # in a region, where it was already explained
        return error
    message = _message(error, node)
    if message is None:
        error.add_note(f"in {node.op.name} at {node.origin.span.where}: {node.origin.span.text}")
        return error
    code, text, hint = message
    notes = _notes(node, operands)
    failure = Diagnostic(code, text, Label(node.origin.span), notes=notes, hint=hint, call=node.origin.call)
    return Diagnostics([of_node(failure, node.origin)])


def _message(error: Exception, node: Node) -> tuple[str, str, str | None] | None:
    """Code, message and hint; None for what should not happen."""
    match error:
        case EvaluationError():
            return error.code, error.message, error.hint and _with_operands(error.hint, node)
        case np.linalg.LinAlgError():
            return "E0606", f"{node.op.name} failed: {str(error).rstrip('.').lower()}", None
        case MemoryError():
            return "E0607", f"there isn't enough memory for {_largest(node)}", None
        case RecursionError():
            return "E0901", "loops and branches are nested too deeply", None
        case ZeroDivisionError():
            return "E0608", "division by zero", None
        case ArithmeticError():
            return "E0608", f"{node.op.name} has no result for these numbers: {error}", None
    return None


def _with_operands(hint: str, node: Node) -> str:
    """The hint, with what was written in place of `{0}`, `{1}`, …"""
    for i, value in enumerate(node.inputs):
        hint = hint.replace(f"{{{i}}}", _written(value) or "x")
    return hint


def _largest(node: Node) -> str:
    """The node's largest result, in bytes."""
    sizes = [(_bytes(v.type), str(v.type)) for v in node.results if isinstance(v.type, TensorType)]
    size, type = max(sizes, default=(0, node.op.name))
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{type} ({size:.4g} {unit})"
        size /= 1024
    return type


def _bytes(type: TensorType) -> float:
    count = type.size
    return float(count) * max(type.dtype.numpy.itemsize, 1) if isinstance(count, int) else 0.0


def _notes(node: Node, operands: Sequence[Array | None]) -> tuple[str, ...]:
    shown = [
        _operand(value, array)
        for value, array in zip(node.inputs, operands, strict=True)
        if isinstance(value.type, TensorType)
    ]
    if not shown:
        return ()
    return (f"operand{'s' if len(shown) > 1 else ''}: {', '.join(shown)}",)


def _written(value: Value) -> str:
    """The name of an operand or its text, if that is short."""
    text = value.name or value.node.origin.span.text
    return text if len(text) <= _SHORT and "\n" not in text else ""


def _operand(value: Value, array: Array | None) -> str:
    """`a: f32[3, 3]`, `b: i64 = 0`."""
    text = _written(value)
    named = f"{text}: {value.type}" if text else str(value.type)
    if array is None or value.type.shape:
        return named
    return f"{named} = {format_number(np.asarray(array)[()], value.type.dtype)}"
