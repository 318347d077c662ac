"""Errors and warnings as data: a stable code, a sentence, the places involved, a hint.

`Diagnostic` is what every stage reports, `Diagnostics` the exception that carries all of them at once.
`render` turns them into text for a terminal, `index` holds the entry of each code for `graphc explain`.
"""

from __future__ import annotations

from collections.abc import Iterable
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


class Diagnostics(Exception):
    """Raised with everything a stage found wrong."""

    def __init__(self, items: Iterable[Diagnostic]) -> None:
        self.items: tuple[Diagnostic, ...] = tuple(items)
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in self.items))
