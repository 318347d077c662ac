"""The tape: what `backward` remembers about the values of a program, and what a trace takes along to its calls.

`lineage` reads the graph behind a value, `backward` writes here; no derivative is made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphc.frontend.elaborate.core.scopes import Frame, Function
from graphc.ir.graph import Node, Value
from graphc.source import Span


@dataclass(frozen=True, slots=True)
class Use:
    """A `backward` that used a graph up: where it stands, of what it is, and the code that it is part of."""

    span: Span
    of: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class Hook:
    """`on_grad(y, f)`, at `span`."""

    function: Function
    span: Span


@dataclass(frozen=True, slots=True)
class Kept:
    """The gradient of a value that keeps one, known to the code of `frame`."""

    gradient: Value
    frame: Frame


@dataclass(slots=True)
class Tape:
    """`used`: nodes that a backward went through.  `hooks`, `retained`: what was asked for by `on_grad` and
    `retain_grad`; `kept`: the gradients of retained values so far.

    `fixed`: for the code of a function, those values from outside that a backward in it begins at, with the place of
    that backward: no derivative may be wanted of what they stand for.  `last`: what the last backward was of.
    """

    used: dict[Node, Use] = field(default_factory=dict)
    hooks: dict[Value, tuple[Hook, ...]] = field(default_factory=dict)
    retained: dict[Value, Span] = field(default_factory=dict)
    kept: dict[Value, Kept] = field(default_factory=dict)
    fixed: dict[Frame, dict[Value, Span]] = field(default_factory=dict)
    last: str = "loss"


@dataclass(frozen=True, slots=True)
class Marks:
    """What of the tape belongs to the values of a trace; see `Tape`."""

    used: tuple[tuple[Value, Use], ...]
    hooks: tuple[tuple[Value, Hook], ...]
    retained: tuple[tuple[Value, Span], ...]
    fixed: tuple[tuple[Value, Span], ...]


def marks(tape: Tape, frame: Frame, nodes: Sequence[Node]) -> Marks | None:
    """The marks on the nodes of a trace and on its parameters; None if there are none."""
    fixed = tape.fixed.pop(frame, {})
    if not (fixed or tape.used or tape.hooks or tape.retained):
        return None
    values = [*frame.parameters, *(r for n in nodes for r in n.results)]
    found = Marks(
        tuple([(n.results[0], tape.used[n]) for n in nodes if n in tape.used]),
        tuple([(v, hook) for v in values for hook in tape.hooks.get(v, ())]),
        tuple([(v, tape.retained[v]) for v in values if v in tape.retained]),
        tuple(fixed.items()),
    )
    return found if found.used or found.hooks or found.retained or found.fixed else None


def copy_marks(tape: Tape, frame: Frame, found: Marks, mapping: Mapping[Value, Value]) -> None:
    """The marks of a trace, on the copies of its values in the code of `frame`."""
    for value, use in found.used:
        if value in mapping:
            tape.used[mapping[value].node] = Use(use.span, use.of, frame)
    for value, hook in found.hooks:
        if value in mapping:
            tape.hooks[mapping[value]] = (*tape.hooks.get(mapping[value], ()), hook)
    for value, span in found.retained:
        if value in mapping:
            tape.retained[mapping[value]] = span


def exclusive(a: Frame, b: Frame) -> bool:
    """Are these parts of different branches of one `if`?  Both branches begin with the same token."""
    above: dict[Frame, Frame | None] = {}
    child: Frame | None = None
    walk: Frame | None = a
    while walk is not None:
        above[walk] = child
        child, walk = walk, walk.parent
    child, walk = None, b
    while walk is not None and walk not in above:
        child, walk = walk, walk.parent
    if walk is None or child is None:
        return False
    other = above[walk]
    return other is not None and other.first_token is not None and other.first_token is child.first_token


def function_frame(frame: Frame) -> Frame:
    """The code of the function (or program) that a branch or loop stands in."""
    while frame.branch and frame.parent is not None:
        frame = frame.parent
    return frame


def local_nodes(frame: Frame) -> set[Node] | None:
    """The nodes of a function's code, as far as code in `frame` sees them; None at the top level, where all are."""
    home = function_frame(frame)
    if home.parent is None:
        return None
    found: set[Node] = set()
    walk: Frame | None = frame
    while walk is not None and walk is not home.parent:
        found.update(walk.builder.nodes)
        walk = walk.parent
    return found
