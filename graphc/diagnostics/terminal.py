"""Text on its way to a terminal: escaped, measured in columns, painted.

What comes in: anything a program or a file contains.  What goes out: text without control characters, whose width
is known.  Called by `excerpt` and `render`, and by whoever prints a name that came from outside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

TAB = 4
Paint = Callable[[str, "Style"], str]


class Style(Enum):
    """ANSI "select graphic rendition" parameters."""

    ERROR = "1;31"
    WARNING = "1;33"
    SECONDARY = "1;36"
    GUTTER = "36"
    STRONG = "1"


def plain(text: str, style: Style) -> str:
    """The `Paint` of what isn't a terminal."""
    return text


def ansi(text: str, style: Style) -> str:
    """The `Paint` of a terminal."""
    return f"\x1b[{style.value}m{text}\x1b[0m" if text else text


def escape(text: str) -> str:
    """One line that is safe to print: newlines, control and format characters become `\\n`, `\\x1b`, `\\u202e`, …"""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def width(text: str) -> int:
    """Columns that printable text takes: 2 for East Asian wide characters, 0 for combining ones."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(c: str) -> int:
    if c < "\u0300":
        return 1
    if unicodedata.category(c) in ("Mn", "Me") or "\u1160" <= c <= "\u11ff":  # marks; Hangul vowels and finals
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


class Cell(NamedTuple):
    """What one character of a line prints as, and the columns `start` to `end` it takes (0-based)."""

    text: str
    start: int
    end: int


def cells(line: str) -> list[Cell]:
    """The characters of a source line laid out.  A combining character has the columns of its base."""
    result: list[Cell] = []
    column = 0
    for c in line:
        start = column
        if " " <= c <= "~":
            text, column = c, column + 1
        elif c == "\t":
            column += TAB - column % TAB
            text = " " * (column - start)
        else:
            text = escape(c)
            column += width(text)
            if column == start and result:
                start = result[-1].start
        result.append(Cell(text, start, column))
    return result
