"""What statements at one place of a random program may read, assign and call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    FLOAT = "x"
    INT = "k"
    BOOL = "c"
    VECTOR = "p"  # f64[3]
    ROWS = "u"  # f64[n], for loops to go over
    PAIR = "ff"  # two floats, as a function returns them


@dataclass(frozen=True, slots=True)
class Function:
    """`params` are its parameters' kinds; `size` is the number of statements that a call brings, calls included.

    `effects`: it prints or changes the state.  `reads` are the names that it reads from outside, at each call anew.
    """

    name: str
    params: tuple[Kind, ...]
    result: Kind
    size: int
    effects: bool
    reads: frozenset[str]


@dataclass(slots=True)
class Scope:
    """`kinds` are the names that can be read, `own` those of them that can be assigned, `state` the variables."""

    kinds: dict[str, Kind]
    own: set[str]
    functions: dict[str, Function]
    state: dict[str, Kind]
    result: Kind | None = None  # of the function around
    in_loop: bool = False
    depth: int = 0

    def names(self, kind: Kind) -> list[str]:
        return [name for name, found in self.kinds.items() if found is kind]

    def assignable(self, kind: Kind) -> list[str]:
        return [name for name in self.names(kind) if name in self.own]

    def inner(self, *, in_loop: bool | None = None) -> Scope:
        """For a block: what it binds first ends with it."""
        return replace(
            self,
            kinds=dict(self.kinds),
            own=set(self.own),
            functions=dict(self.functions),
            in_loop=self.in_loop if in_loop is None else in_loop,
            depth=self.depth + 1,
        )

    def bind(self, name: str, kind: Kind) -> None:
        self.kinds[name] = kind
        self.own.add(name)

    def hide(self, name: str) -> None:
        """Neither the name nor a function that reads it can be used."""
        self.kinds.pop(name, None)
        self.own.discard(name)
        self.functions = {n: f for n, f in self.functions.items() if name not in f.reads}
