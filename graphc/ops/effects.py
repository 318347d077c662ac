"""Effects: they take the last token and give the next, so they happen in the order of the program.

`evaluate(write, arrays, *attributes)` gets the executor's `write` for text and the operands after the token.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir.literal import dtype_of, format_array
from graphc.ir.op import CALL, REQUIRED, Attribute, Effect, EvaluationError, Inferred, NotDifferentiable, Operand
from graphc.ir.types import ANY, ELEMENTS, STR, TOKEN, Array

_COMMANDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # categories of characters that no terminal just shows


def _token_type(operands: tuple[Any, ...], *attrs: Any) -> Inferred:
    return Inferred((TOKEN,), attrs)


def _print(write: Callable[[str], None], arrays: Sequence[Array], parts: tuple[str | None, ...]) -> None:
    values = iter(arrays)
    write(" ".join(_shown(part if part is not None else next(values)) for part in parts) + "\n")


def _shown(value: str | Array) -> str:
    """A string as it is, but for what would take a terminal over; other values as a program would hold them."""
    if not isinstance(value, str):
        data = np.asarray(value)
        if data.ndim or dtype_of(data) is not STR:
            return format_array(data)
        value = str(data[()])
    return value if value.isprintable() else "".join(map(_character, value))


def _character(c: str) -> str:
    return f"\\u{{{ord(c):x}}}" if unicodedata.category(c) in _COMMANDS and c not in "\n\t" else c


def _assert(write: Callable[[str], None], arrays: Sequence[Array], message: str | None) -> None:
    if not bool(arrays[0]):
        raise EvaluationError("E0601", message or "this assertion does not hold")


EFFECT = NotDifferentiable("it is an effect", zero=False)

print_ = Effect(
    name="print",
    params=(
        Operand("values", ELEMENTS, group=None, variadic=True),
        Attribute("parts", "strings", REQUIRED),
    ),
    doc="""Writes strings and values on a line.  `parts` holds the strings, None for the next value.

    A string is written without quotes, its control characters but newlines and tabs as escapes.""",
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
