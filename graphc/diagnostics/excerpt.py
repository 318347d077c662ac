"""One line of source with marks under it.

What comes in: the line, the marks on it, the columns there are.  What goes out: the printed line and the lines of
carets and labels below it, without gutter.  Called by `render`.

    yhat = X @ W          Marks that overlap get a line of carets each.  Of those side by side the last one has its
           -   - f32[4]   label beside it, the others hang their labels below.
           |
           f32[n, 3]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from graphc.diagnostics.terminal import Cell, Paint, Style, cells, width


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of a line (0-based; empty means "just before `start`"), what to say, and how."""

    start: int
    end: int
    text: str
    sign: str
    style: Style


class _Placed(NamedTuple):
    """A mark in columns of the printed line, at least one wide."""

    start: int
    end: int
    mark: Mark


_Segment = tuple[int, str, Style]


def excerpt(line: str, marks: Sequence[Mark], room: int, paint: Paint) -> list[str]:
    """The line cut to `room` columns around its marks, and what stands below it."""
    line, marks = _vicinity(line, marks, 8 * room)
    layout = cells(line)
    placed = [_place(layout, mark) for mark in marks]
    total = layout[-1].end if layout else 0
    if total > room:
        low = _scroll(placed, total, room)
        text = _cut(layout, low, low + room)
        placed = [_clip(p, low, room) for p in placed]
    else:
        text = "".join(cell.text for cell in layout)
    lines = [text.rstrip()]
    for layer in _layers(placed):
        lines += _draw(layer, paint)
    return lines


def _vicinity(line: str, marks: Sequence[Mark], limit: int) -> tuple[str, Sequence[Mark]]:
    """Of a huge line (a constant in base64, a generated file) the part worth measuring, around the first mark."""
    if len(line) <= limit:
        return line, marks
    first = min(max(0, marks[0].start - limit // 2), len(line) - limit)
    last = first + limit
    part = line[first:last]
    if first > 0:
        part = "…" + part[1:]
    if last < len(line):
        part = part[:-1] + "…"
    return part, [
        replace(m, start=min(max(m.start - first, 0), limit - 1), end=min(max(m.end - first, 0), limit)) for m in marks
    ]


def _place(layout: list[Cell], mark: Mark) -> _Placed:
    total = layout[-1].end if layout else 0
    start = layout[mark.start].start if mark.start < len(layout) else total
    end = layout[min(mark.end, len(layout)) - 1].end if mark.end > mark.start and layout else start
    return _Placed(start, max(end, start + 1), mark)


def _scroll(placed: list[_Placed], total: int, room: int) -> int:
    """The first column to show of a line that is too long: all marks if they fit, else the first, else its start."""
    start, end = min(p.start for p in placed), max(p.end for p in placed)
    if end - start > room - 2:
        start, end, _ = placed[0]
    label = 1 + max(width(p.mark.text) for p in placed)
    if end + label - start <= room - 2:
        end += label
    if end < room:
        return 0
    if end - start > room - 2:
        return max(start - 1, 0)
    return max(0, min(start - (room - (end - start)) // 2, max(total, end) - room))


def _cut(layout: list[Cell], low: int, high: int) -> str:
    """Columns `low` to `high`, with an ellipsis in the first and last column where something is left out."""
    left, right = low > 0, high < layout[-1].end
    shown = [c for c in layout if c.start >= low + left and c.end <= high - right]
    if not shown:
        return "…"
    before = "…" + " " * (shown[0].start - low - 1) if left else ""
    after = " " * (high - 1 - shown[-1].end) + "…" if right else ""
    return before + "".join(c.text for c in shown) + after


def _clip(p: _Placed, low: int, room: int) -> _Placed:
    start = min(max(p.start - low, 0), room)
    return _Placed(start, max(min(p.end - low, room), start + 1), p.mark)


def _layers(placed: list[_Placed]) -> list[list[_Placed]]:
    """Marks that can share a line of carets, each layer from left to right; the first mark is in the first."""
    layers: list[list[_Placed]] = []
    for p in placed:
        for layer in layers:
            if all(p.end <= q.start or q.end <= p.start for q in layer):
                layer.append(p)
                break
        else:
            layers.append([p])
    return [sorted(layer, key=lambda p: p.start) for layer in layers]


def _draw(layer: list[_Placed], paint: Paint) -> list[str]:
    carets: list[_Segment] = [(p.start, p.mark.sign * (p.end - p.start), p.mark.style) for p in layer]
    last = layer[-1]
    if last.mark.text:
        carets.append((last.end + 1, last.mark.text, last.mark.style))
    lines = [carets]
    hanging = [p for p in layer[:-1] if p.mark.text]
    bars: list[_Segment] = [(p.start, "|", p.mark.style) for p in hanging]
    if hanging:
        lines.append(bars)
    for i, (start, _, mark) in reversed(list(enumerate(hanging))):
        label = (start, mark.text, mark.style)
        lines.append([*bars[:i], label])
    return [_line(segments, paint) for segments in lines]


def _line(segments: list[_Segment], paint: Paint) -> str:
    text, column = "", 0
    for start, part, style in segments:
        text += " " * (start - column) + paint(part, style)
        column = start + width(part)
    return text
