"""Effects: they take the last token and give the next, so they happen in the order of the program.

`evaluate(write, arrays, *attributes)` gets the executor's `write` for text and the operands after the token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphc.ir.literal import format_array
from graphc.ir.op import CALL, REQUIRED, Attribute, Effect, EvaluationError, Inferred, NotDifferentiable, Operand
from graphc.ir.types import ANY, TOKEN, Array


def _token_type(operands: tuple[Any, ...], *attrs: Any) -> Inferred:
    return Inferred((TOKEN,), attrs)


def _print(write: Callable[[str], None], arrays: Sequence[Array], parts: tuple[str | None, ...]) -> None:
    values = iter(arrays)
    write(" ".join(part if part is not None else format_array(next(values)) for part in parts) + "\n")


def _assert(write: Callable[[str], None], arrays: Sequence[Array], message: str | None) -> None:
    if not bool(arrays[0]):
        raise EvaluationError("E0601", message or "this assertion does not hold")


EFFECT = NotDifferentiable("it is an effect", zero=False)

print_ = Effect(
    name="print",
    params=(
        Operand("values", ANY, group=None, variadic=True),
        Attribute("parts", "strings", REQUIRED),
    ),
    doc="Writes strings and values on a line.  `parts` holds the strings, None for the next value.",
    evaluate=_print,
    vjp=EFFECT,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_token_type,
)

assert_ = Effect(
    name="assert",
    params=(
        Operand("values", ANY, group=None, variadic=True),
        Attribute("message", "string", None),
    ),
    doc="Stops the run, with nothing changed, if its condition is false.",
    evaluate=_assert,
    vjp=EFFECT,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_token_type,
)

RECORDS = (print_, assert_)
