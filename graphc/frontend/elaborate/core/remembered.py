"""What a frame remembers of its code: derivatives that end at its parameters; where its random numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graphc.ir.graph import Value
from graphc.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """A derivative that is wrong if what the parameters of its code stand for depends on `xs`; see unseen.py.

    `xs`: what it is by, with the names they have there.  `parameters`: those it ends at.  `captured`: the values from
    outside the function that it meets, and whether they depend on xs.  It was asked for at `place`, of what is written
    `text`.
    """

    xs: dict[Value, str]
    parameters: tuple[Value, ...]
    captured: dict[Value, bool]
    place: Span
    text: str


@dataclass(slots=True)
class Keys:
    """Where the random numbers of some code come from (see `keys`).

    `make` gives its key, once it needs one; `key` is that.  `counts`: how many places have a name so far.
    `of_run`: the key of the run, of code that isn't inside other code; `outermost`: it is such code.
    """

    make: Callable[[Span], Value]
    outermost: bool
    key: Value | None = None
    of_run: Value | None = None
    counts: dict[str, int] = field(default_factory=dict)
