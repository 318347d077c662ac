"""Values on their way out of a program: outputs, prints, what an entry point returns.

No number without a dtype leaves: a cast is written, so that the text of the program says what it gives out under every
`--float`.
"""

from __future__ import annotations

from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Frame, Meaning
from graphc.frontend.elaborate.core.values import Static
from graphc.ir.graph import Value
from graphc.ir.types import StackType, leaving
from graphc.source import Span


def leave(e: Elaborator, frame: Frame, meaning: Meaning, span: Span, *, stacks: bool = True) -> Value:
    """A value, in a dtype that its text says.  `stacks`: may it be what a loop collected?  Raises Failure."""
    value = e.collected(frame, meaning, span) if stacks else e.tensor(frame, meaning, span)
    dtype = leaving(value.type.dtype, e.default_float)
    if dtype is value.type.dtype or isinstance(value.type, StackType):
        return value
    return e.tensor(frame, meaning if isinstance(meaning, Static) else value, span, dtype)
