"""Pieces of expressions while a program is printed, and what those who make them may ask of the block around them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, NamedTuple, Protocol

from graphc.ir.graph import Graph, Node, Value
from graphc.ir.text.literals import Literals
from graphc.ir.text.names import Names
from graphc.ir.types import DType

# Beside the precedences of the op records: a call or an index, and what never needs parentheses.
LOOSEST = 0  # a if c else b
UNARY = 70
POSTFIX = 90
ATOM = 100


class Piece(NamedTuple):
    """The text of a value.

    `precedence` is that of its outermost operator; `depth` how deep it nests.  `value` is the value without a line
    which would make the piece shorter if it got one.
    """

    text: str
    precedence: int
    depth: int
    value: Value | None

    def within(self, precedence: int) -> str:
        """The text as an operand of something that binds with `precedence`."""
        return self.text if self.precedence >= precedence else f"({self.text})"


class Block(Protocol):
    """A list of statements under construction."""

    @property
    def literals(self) -> Literals: ...

    @property
    def default_float(self) -> DType: ...

    @property
    def core(self) -> bool: ...

    def is_nested(self, value: Value) -> bool:
        """Has the value no name (yet), but stands inside the expression that uses it?"""

    def piece(self, value: Value) -> Piece:
        """A value's name, or the expression that stands for it."""

    def give_line(self, value: Value) -> Piece:
        """Put a nested value on a line of its own, before the one that is being written; its name."""

    def leave_out(self, cast: Value) -> None:
        """Take note that a nested cast is not written, because reading inserts it again."""


class Writer(Block, Protocol):
    """A list of statements, for those who write whole statements and blocks inside."""

    core: bool
    lines: list[Any]
    names: dict[Value, str]

    @property
    def avoid(self) -> frozenset[str]:
        """Names that no function may bind."""

    @property
    def fresh(self) -> Names: ...

    @property
    def indent(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def left_out(self) -> set[Value]:
        """Casts that were not written."""

    def inner(self, names: Names, indent: int) -> Writer:
        """An empty block inside this one."""

    def nest(self, graph: Graph, keep: Container[Value], local: bool) -> None:
        """Choose the values that get no line."""

    def statements(self, nodes: Iterable[Node]) -> None:
        """Print nodes."""

    def name(self, value: Value) -> str:
        """Give a value its name."""

    def add(self, text: str, node: Node | None = None) -> None:
        """A line."""

    def assign(self, name: str, value: Value, like: Value) -> None:
        """`name = value`."""

    def add_aliases(self, value: Value) -> None:
        """Further names of a value."""
