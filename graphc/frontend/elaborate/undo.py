"""A session as it was, for a statement that fails: names, state and effects go back; nodes that were added stay unused.

In: an elaborator, its top level.  Out: a `Mark`, which `restore` returns to.  The interactive session calls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Binding, Frame
from graphc.frontend.elaborate.program import Top

_TABLES = (list, dict, set)


@dataclass(frozen=True, slots=True)
class Mark:
    """What `restore` needs: tables (the object and a copy of its content), single values, bindings, and a length."""

    tables: tuple[tuple[Any, Any], ...]
    values: tuple[tuple[Any, str, Any], ...]
    bindings: dict[str, Binding]
    length: int


def mark(e: Elaborator, top: Top) -> Mark:
    """The present."""
    frame = top.scope.frame
    tables: list[tuple[Any, Any]] = [(top.scope.dims, dict(top.scope.dims))]
    values: list[tuple[Any, str, Any]] = []
    for owner, name in _attributes(e, frame, top):
        value = getattr(owner, name)
        if isinstance(value, _TABLES):
            tables.append((value, value.copy()))
        values.append((owner, name, value))
    bindings = {name: b.copy() for name, b in top.scope.bindings.items()}
    return Mark(tuple(tables), tuple(values), bindings, len(frame.builder.nodes))


def restore(top: Top, mark: Mark, declares: Any) -> None:
    """Back to `mark`.  Of the nodes that were added since, those that declare something go: nobody declared it."""
    for table, content in mark.tables:
        table.clear()
        if isinstance(table, list):
            table.extend(content)
        else:
            table.update(content)
    for owner, name, value in mark.values:
        setattr(owner, name, value)
    top.scope.bindings.clear()
    top.scope.bindings.update(mark.bindings)
    nodes = top.scope.frame.builder.nodes
    nodes[mark.length :] = [n for n in nodes[mark.length :] if not declares(n)]


def _attributes(e: Elaborator, frame: Frame, top: Top) -> Iterator[tuple[Any, str]]:
    for f in fields(e):
        yield e, f.name
    for part in (e.tape, e.files):
        for f in fields(part):
            yield part, f.name
    for name in Frame.__slots__:
        yield frame, name
    if frame.keys is not None:
        yield frame.keys, "counts"
    for f in fields(top):
        yield top, f.name
