"""Program text and places in it.

Every message, node and derivative points back here: a `Span` is a range of characters of a `Source`, an `Origin`
says which spans a value comes from, through which calls, and what derived it.  Nothing below this module.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, eq=False)
class Source:
    """A program's text and the name it is known by (`poly.g`, `<stdin>`).  Compared by identity.

    `library`: it is a file of the standard library.  `imported(path)`: the source that `import "path"` names in it, the
    same one for the same file, or Diagnostics that don't say where; None if it can import no files.
    """

    name: str
    text: str
    library: bool = False
    imported: Callable[[str], Source] | None = field(default=None, repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of each line."""
        return (0, *(i + 1 for i, c in enumerate(self.text) if c == "\n"))

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in characters) of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its newline."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.source.position(self.start)[0]

    @property
    def where(self) -> str:
        """`file:line:column`, as editors read it."""
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"

    def to(self, other: Span) -> Span:
        """The smallest span that covers both (of one source)."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A frame of the call stack: `function` was called at `span`, from inside `caller` (None: the top level).

    Compared by identity.
    """

    function: str
    span: Span
    caller: Call | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """What made a node that nobody wrote: `how` ("adjoint", "tangent", "fold", …) and the span that asked for it."""

    how: str
    asked: Span | None


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a node comes from.

    `spans`: the places in the source, the primary one first (a merge of two nodes keeps both).
    `call`: the innermost call it was inlined from.  `derived`: None for what was written as it stands.
    """

    spans: tuple[Span, ...]
    call: Call | None = None
    derived: Derivation | None = None

    @property
    def span(self) -> Span:
        return self.spans[0]

    def derive(self, how: str, asked: Span | None = None) -> Origin:
        return Origin(self.spans, self.call, Derivation(how, asked))


@dataclass(frozen=True)
class _Builtin:
    """The span of what no program wrote (defaults of the standard library, graphs built in Python)."""

    source: Source = field(default_factory=lambda: Source("<builtin>", ""))

    def span(self) -> Span:
        return Span(self.source, 0, 0)


BUILTIN = Origin((_Builtin().span(),))
