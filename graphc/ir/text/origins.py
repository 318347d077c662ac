"""Where a line of the core form comes from, as a comment: `# tour.g:21:8   yhat = X @ w + b`."""

from __future__ import annotations

from collections.abc import Iterable

from graphc.ir.text.block import Line
from graphc.source import Origin, Source

COLUMN = 37  # comments start here at the earliest …
MAX_COLUMN = 60  # … and further right only for what is longer than this


def printable(text: str) -> str:
    """Text from a source without what would move a terminal's cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def with_origins(lines: Iterable[Line]) -> list[str]:
    """Each line with its place in the source, and the source line where that changes."""
    listed = list(lines)
    widths = [len(line.text) + 2 for line in listed if line.node is not None and "\n" not in line.text]
    column = max([COLUMN, *(w for w in widths if w <= MAX_COLUMN)])
    result = []
    last: tuple[Source, int] | None = None
    for line in listed:
        comment = None
        if line.node is not None and "\n" not in line.text:
            span = line.node.origin.span
            if span.source.text:
                place = (span.source, span.line)
                comment = _comment(line.node.origin, repeated=place == last)
                last = place
        result.append(line.text if comment is None else f"{line.text.ljust(column - 2)}  # {comment}")
    return result


def _comment(origin: Origin, repeated: bool) -> str:
    span = origin.span
    how = f"{origin.derived.how} of " if origin.derived is not None else ""
    text = "" if repeated else f"   {source_line(span.source, span.line)}"
    return f"{how}{printable(span.where)}{text}"


def source_line(source: Source, number: int) -> str:
    """A source line without its comment."""
    line = source.line(number)
    text, quote, _ = line.partition('"')
    return printable((line if quote and "#" not in text else text.partition("#")[0]).strip())
