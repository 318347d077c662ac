"""Failures while running, at the places of the program that they belong to.

In: the node that failed, the exception, the operands.  Out: a Diagnostics with the source line, the call stack and
the operands' types; or the exception itself, with the place noted, if it is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.blame import of_node
from graphc.ir.graph import Node, Value
from graphc.ir.literal import format_array, format_number
from graphc.ir.op import Control, EvaluationError
from graphc.ir.random import Random
from graphc.ir.types import BOOL, Array, TensorType

_SHORT = 24  # columns of source text that stands for an operand without a name
_SEEN = 60  # columns of the elements of an operand
FEW = 6  # elements of an operand that are shown in full


class TimeUp(BaseException):
    """What was asked for takes longer than it may.  `loops` are those that the run was in, the innermost first.

    No `Exception`: whoever catches those, to go on or to explain them, isn't meant.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds are over")
        self.seconds = seconds
        self.loops: list[Node] = []

    def pass_through(self, node: Node) -> None:
        """It happened inside this node."""
        if isinstance(node.op, Control) and node.op.loop is not None:
            self.loops.append(node)

    def explained(self) -> Diagnostics:
        """E0611, at the innermost `while`, or else the innermost loop."""
        endless = [n for n in self.loops if len(n.regions) > 1]  # one to decide, one to repeat
        message = f"timed out after {self.seconds:g} s"
        hint = "a larger --timeout, if it would end"
        if not self.loops:
            return Diagnostics([Diagnostic("E0611", message, hint=hint)])
        node = (endless or self.loops)[0]
        place = Label(node.origin.span, "this loop was running")
        return Diagnostics(
            [of_node(Diagnostic("E0611", message, place, hint=hint, call=node.origin.call), node.origin)]
        )


Behind = Mapping[Node, Sequence[Array | None]]


def explain(
    error: Exception | TimeUp, node: Node, operands: Sequence[Array | None], behind: Behind | None = None
) -> Exception | TimeUp:
    """What to raise for `error`, which happened in `node`.

    `behind` (None unless values are kept) has the operands of the nodes that made the operands, as far as they are
    kept: the elements are shown, and those of the comparison that an assert is about.
    """
    if isinstance(error, Diagnostics):  # in a region, where it was already explained
        return error
    if isinstance(error, TimeUp):
        error.pass_through(node)
        return error
    message = _message(error, node)
    if message is None:
        error.add_note(f"in {node.op.name} at {node.origin.span.where}: {node.origin.span.text}")
        return error
    code, text, hint = message
    notes = _notes(node, operands, behind)
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


def _notes(node: Node, operands: Sequence[Array | None], behind: Behind | None) -> tuple[str, ...]:
    pairs = [p for p in zip(node.inputs, operands, strict=True) if isinstance(p[0].type, TensorType)]
    if isinstance(node.op, Random):  # the key of the place is none that was written
        pairs = [p for p in pairs if p[0].node.origin.span != node.origin.span]
    while behind is not None and len(pairs) == 1 and pairs[0][0].type.dtype is BOOL and pairs[0][0].node in behind:
        condition = pairs[0][0].node  # or, behind that, what `all` is about
        made = zip(condition.inputs, behind[condition], strict=True)
        compared = [p for p in made if isinstance(p[0].type, TensorType) and not _is_number(p[0])]
        if not compared:
            break
        pairs = compared
    shown = [_operand(value, array, elements=behind is not None) for value, array in pairs]
    if not shown:
        return ()
    return (f"operand{'s' if len(shown) > 1 else ''}: {', '.join(shown)}",)


def _is_number(value: Value) -> bool:
    """Is it a number that stands where it is used?"""
    return value.name is None and not value.node.inputs and not value.type.shape


def _written(value: Value) -> str:
    """The name of an operand or its text, if that is short."""
    text = value.name or value.node.origin.span.text
    return text if len(text) <= _SHORT and "\n" not in text else ""


def _operand(value: Value, array: Array | None, elements: bool) -> str:
    """`a: f32[3, 3]`, `b: i64 = 0`; with `elements` also `a: f32[2] = [1.0, 2.0]`."""
    text = _written(value)
    named = f"{text}: {value.type}" if text else str(value.type)
    if array is None or (value.type.shape and not elements):
        return named
    if not value.type.shape:
        return f"{named} = {format_number(np.asarray(array)[()], value.type.dtype)}"
    data = format_array(array, value.type.dtype, width=_SEEN, limit=FEW)
    return named if "\n" in data else f"{named} = {data}"
