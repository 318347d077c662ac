"""What every stage reports: one thing wrong, as data.

What comes in: a code, a sentence and the places involved, from whoever finds something.  What goes out: `Diagnostic`
records, which `render` turns into text and `Diagnostics` carries to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphc.source import Call, Span


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what to say about it (`text` may be empty)."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong (or, with `severity="warning"`, doubtful).

    `primary` may be None where there is no source (a missing file).  `secondary` labels follow in the order given;
    `call` is the call stack the primary place was reached through, shown as "in this call of f".
    """

    code: str
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str | None = None
    severity: str = "error"
    call: Call | None = None
