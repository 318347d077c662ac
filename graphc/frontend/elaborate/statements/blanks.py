"""Values that nobody will see: what a function would return as long as it hasn't, what a branch that has left binds.

`branches` and `carrying` ask for one of the type of the value that may be returned.
"""

from __future__ import annotations

from dataclasses import replace

from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Text
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.ir.graph import Value
from graphc.ir.types import STR, TensorType
from graphc.source import Span


def blank(e: Elaborator, frame: Frame, meaning: Meaning, span: Span) -> Meaning:
    """A value of the same type that nobody will see."""
    match meaning:
        case Items(items):
            return replace(meaning, items=tuple([blank(e, frame, m, span) for m in items]))
        case Static(value=bool()):
            return Static(False, span)
        case Static(dtype=dtype) if dtype.weak:
            return Static(0.0 if dtype.is_float else 0, span)
        case Static(dtype=dtype):
            return e.at(frame, span).number(0, dtype)
        case Text():
            return Text("", span)
        case Value(type=TensorType() as kind):
            return zero(e, frame, kind, span)
        case Nothing():
            return meaning
        case _:
            raise e.fail("E0208", f"an early return can't give {describe(meaning)}", span)


def zero(e: Elaborator, frame: Frame, kind: TensorType, span: Span) -> Value:
    """Zeros; of strings, empty ones."""
    b = e.at(frame, span)
    if kind.dtype is STR:
        single = e.tensor(frame, Text("", span), span)
    elif kind.shape and not kind.dtype.weak:
        return b.emit(e.catalogue["zeros"], (), (kind.shape, kind.dtype)).results[0]
    else:
        single = b.number(False if kind.dtype.kind == "b" else 0, kind.dtype)
    return b.emit(e.catalogue["broadcast_to"], (single,), (kind.shape,)).results[0] if kind.shape else single
