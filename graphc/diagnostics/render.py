"""Diagnostics as text: the one face that `check`, `run`, gradients and the Python exceptions share.

What comes in: `Diagnostic` records.  What goes out: text without a final newline, plain or with ANSI colours.
Called by the command line and by whoever prints a `Diagnostics`.

The places of a message are, in this order: the primary one, the calls it was reached through, the secondary ones as
given.  Labels on a line that is already shown join it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphc.diagnostics.excerpt import Mark, excerpt
from graphc.diagnostics.record import Diagnostic, Label
from graphc.diagnostics.terminal import Paint, Style, ansi, escape, plain
from graphc.source import BUILTIN, Call, Source, Span

DEFAULT_WIDTH = 140
_LEAST_ROOM = 20
_FIRST_CALLS, _LAST_CALLS = 3, 1


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False, width: int | None = None) -> str:
    """All messages, and how many there are when there are several.  `width` is that of the terminal, in columns."""
    paint = ansi if color else plain
    blocks = ["\n".join(_message(d, paint, width or DEFAULT_WIDTH)) for d in diagnostics]
    if len(blocks) > 1:
        blocks.append(summary(diagnostics, color=color))
    return "\n\n".join(blocks)


def summary(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """`error: 2 errors and 1 warning in layers.g`; empty when there is nothing to count."""
    if not diagnostics:
        return ""
    warnings = sum(d.severity == "warning" for d in diagnostics)
    errors = len(diagnostics) - warnings
    counts = " and ".join(_count(n, what) for n, what in ((errors, "error"), (warnings, "warning")) if n)
    names = list(dict.fromkeys(d.primary.span.source.name for d in diagnostics if d.primary and _shown(d.primary)))
    match names:
        case []:
            place = ""
        case [one]:
            place = f" in {escape(one)}"
        case [one, other]:
            place = f" in {escape(one)} and {escape(other)}"
        case _:
            place = f" in {len(names)} files"
    severity = "error" if errors else "warning"
    return _heading(severity, f"{counts}{place}", severity, ansi if color else plain)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _heading(head: str, message: str, severity: str, paint: Paint) -> str:
    return paint(head, _severity_style(severity)) + paint(f": {message}", Style.STRONG)


def _severity_style(severity: str) -> Style:
    return Style.WARNING if severity == "warning" else Style.ERROR


def _message(diagnostic: Diagnostic, paint: Paint, width: int) -> list[str]:
    severity = diagnostic.severity
    lines = [_heading(f"{severity}[{diagnostic.code}]", escape(diagnostic.message), severity, paint)]
    rows = _rows(diagnostic)
    digits = max([2, *(len(str(row.line)) for row in rows)])
    lines += _page(rows, digits, paint, width)
    remarks = [("note", note) for note in diagnostic.notes]
    if diagnostic.hint is not None:
        remarks.append(("hint", diagnostic.hint))
    for kind, text in remarks:
        lines.append(f"{' ' * digits} {paint('=', Style.GUTTER)} {paint(f'{kind}:', Style.STRONG)} {escape(text)}")
    return lines


# ---------------------------------------------------------------- which lines to show, in which order


@dataclass(slots=True)
class _Row:
    """A source line to show.  `group` counts the kinds of places (primary, calls, secondary), which an empty line
    separates; `resumes` says that it goes on with the row before (a range of several lines); `after` follows it."""

    source: Source
    line: int
    group: int
    resumes: bool = False
    marks: list[Mark] = field(default_factory=list)
    after: str = ""


def _rows(diagnostic: Diagnostic) -> list[_Row]:
    rows: list[_Row] = []
    if diagnostic.primary:
        _add(rows, diagnostic.primary, 0, "^", _severity_style(diagnostic.severity))
    for label, more in _calls(diagnostic.call):
        row = _add(rows, label, 1, "-", Style.SECONDARY)
        if row and more:
            row.after = f"… {_count(more, 'more call')}"
    for label in diagnostic.secondary:
        _add(rows, label, 2, "-", Style.SECONDARY)
    return rows


def _calls(call: Call | None) -> Iterator[tuple[Label, int]]:
    """The calls to show, innermost first, each with the number of calls left out after it."""
    stack: list[Call] = []
    while call is not None:
        stack.append(call)
        call = call.caller
    hidden = max(0, len(stack) - _FIRST_CALLS - _LAST_CALLS)
    for i, frame in enumerate(stack):
        if not _FIRST_CALLS <= i < _FIRST_CALLS + hidden:
            more = hidden if i == _FIRST_CALLS - 1 else 0
            yield Label(frame.span, f"in this call of {frame.function}"), more


def _add(rows: list[_Row], label: Label, group: int, sign: str, style: Style) -> _Row | None:
    """Put the label's marks on their rows, and return the last of these."""
    if not _shown(label):
        return None
    row: _Row | None = None
    for line, start, end, text in _pieces(label):
        row = _row(rows, label.span.source, line, group, resumes=row is not None)
        row.marks.append(Mark(start, end, escape(text), sign, style))
    return row


def _row(rows: list[_Row], source: Source, line: int, group: int, resumes: bool) -> _Row:
    """The row of that line: the one there is, a new one inside a range that is shown in part, or one at the end."""
    for row in rows:
        if row.source is source and row.line == line:
            return row
    for i in range(1, len(rows)):
        if rows[i].resumes and rows[i].source is source and rows[i - 1].line < line < rows[i].line:
            rows.insert(i, _Row(source, line, rows[i].group, resumes=True))
            return rows[i]
    rows.append(_Row(source, line, group, resumes))
    return rows[-1]


def _shown(label: Label) -> bool:
    return label.span.source is not BUILTIN.span.source


def _pieces(label: Label) -> list[tuple[int, int, int, str]]:
    """(line, first character, end, text) of the marks of a label: one, or two for the ends of a range of lines."""
    source = label.span.source
    start, end = _extent(label.span)
    first, column = source.position(start)
    last, stop = source.position(end)
    if first == last:
        return [(first, column - 1, stop - 1, label.text)]
    indent = len(source.line(last)) - len(source.line(last).lstrip())
    return [
        (first, column - 1, len(source.line(first).rstrip()), ""),
        (last, min(indent, stop - 1), stop - 1, label.text),
    ]


def _extent(span: Span) -> tuple[int, int]:
    """The offsets to mark.  A range doesn't reach into the line after it; the end of the file is its last text."""
    text = span.source.text
    start = min(span.start, len(text))
    end = max(start, min(span.end, len(text)))
    if "\n" in text[start:end]:
        end = start + len(text[start:end].rstrip())
    if start == end == len(text):
        start = end = len(text.rstrip())
    return start, end


# ---------------------------------------------------------------- the lines with their gutter


def _page(rows: list[_Row], digits: int, paint: Paint, width: int) -> Iterator[str]:
    pad = " " * digits
    bar = f"{pad} {paint('|', Style.GUTTER)}"
    room = max(width - digits - len(" | "), _LEAST_ROOM)
    before: _Row | None = None
    for row in rows:
        if before is None:
            yield from (f"{pad}{paint('-->', Style.GUTTER)} {_where(row)}", bar)
        elif row.source is not before.source:
            yield from (bar, f"{pad}{paint(':::', Style.GUTTER)} {_where(row)}", bar)
        elif row.resumes and row.line > before.line + 1:
            yield paint("...", Style.GUTTER)
        elif row.group != before.group and abs(row.line - before.line) != 1:
            yield bar
        text, *below = excerpt(row.source.line(row.line).rstrip("\r"), row.marks, room, paint)
        yield _joined(paint(f"{row.line:>{digits}} |", Style.GUTTER), text)
        for line in below:
            yield _joined(bar, line)
        if row.after:
            yield _joined(bar, row.after)
        before = row


def _joined(gutter: str, text: str) -> str:
    return f"{gutter} {text}" if text else gutter


def _where(row: _Row) -> str:
    return f"{escape(row.source.name)}:{row.line}:{row.marks[0].start + 1}"
