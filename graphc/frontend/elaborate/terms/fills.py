"""A computed fill value of `pad`: zeros are put around x, then replaced by the value where x isn't."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.frontend.elaborate.core.elaborator import Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Meaning
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.written_types import cast_hint
from graphc.ir.dims import Poly
from graphc.ir.graph import Value
from graphc.ir.types import BOOL, promote
from graphc.source import Span


def is_computed(e: Elaborator, frame: Frame, value: Given) -> bool:
    """Is it a tensor, or a size that isn't known yet?"""
    match value.meaning:
        case Value():
            return True
        case Static():
            return isinstance(e.look(value.meaning), Poly)
        case _:
            return False


def padded(e: Elaborator, frame: Frame, x: Any, value: Given, attrs: Sequence[Any], span: Span) -> Meaning:
    """`pad(x, widths, value, interior)`; `attrs` are widths and interior.  Raises Failure E0304 or E0310."""
    widths, interior = attrs
    tensor, fill = e.tensor(frame, x.meaning, x.span), e.tensor(frame, value.meaning, value.span)
    if fill.type.shape:
        raise e.fail("E0310", f"pad fills with one number, not with {fill.type}", value.span)
    wanted, found = tensor.type.dtype, fill.type.dtype
    common = promote([wanted, found])
    if common is None or (common is not wanted and not wanted.weak):
        hint = cast_hint(found, wanted, value.span.text)
        raise e.fail("E0304", f"pad can't fill {tensor.type} with a value of {found}", value.span, hint=hint)
    pad = e.catalogue["pad"]
    inner = e.apply(frame, pad, (Given(tensor, x.span),), (widths, 0, interior), span)[0]
    ones = e.apply(frame, e.catalogue["ones"], (), (tensor.type.shape, BOOL), span)[0]
    inside = e.apply(frame, pad, (Given(ones, x.span),), (widths, 0, interior), span)[0]
    operands = (Given(inside, span), Given(inner, span), Given(fill, value.span))
    return e.apply(frame, e.catalogue["where"], operands, (), span)[0]
