"""Errors and warnings as data: a stable code, a sentence, the places involved, a hint.

`Diagnostic` is what every stage reports, `Diagnostics` the exception that carries all of them at once.
`render` turns them into text for a terminal, `index` holds the entry of each code for `graphc explain`.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphc.diagnostics.record import Diagnostic, Label
from graphc.diagnostics.render import render

__all__ = ["Diagnostic", "Diagnostics", "Label"]


class Diagnostics(Exception):
    """Raised with everything a stage found wrong.  Its text is what the command line prints."""

    def __init__(self, items: Iterable[Diagnostic]) -> None:
        self.items: tuple[Diagnostic, ...] = tuple(items)
        super().__init__(self.items)

    def __str__(self) -> str:
        return render(self.items)
