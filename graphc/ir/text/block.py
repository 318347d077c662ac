"""The statements of one graph: which values get a line, how lines are named, and functions for regions.

A value that is used once and that nobody named stands inside the expression that uses it, unless that gets too long or
too deep.  Everything else is a line, in the order of the graph.  In: nodes.  Out: lines of text with their nodes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Value, count_uses
from graphc.ir.op import Control, Effect, Infix, Placeholder
from graphc.ir.strings import quote
from graphc.ir.text import control, functions
from graphc.ir.text.expressions import expression
from graphc.ir.text.literals import Literals, encoded
from graphc.ir.text.names import Names
from graphc.ir.text.operands import loose
from graphc.ir.text.pieces import ATOM, Piece
from graphc.ir.types import DType, TensorType

MAX_DEPTH = 12
SPARE = 16  # columns left free beside a nested expression
AUGMENTED = frozenset({"+", "-", "*", "/", "//", "%", "@"})
NONE: Mapping[Value, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """A line (or a few, for long arrays) and the node that it shows."""

    text: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class Style:
    """What is the same everywhere in one printed program.  `avoid`: names that no function may bind."""

    core: bool
    width: int
    default_float: DType
    literals: Literals
    avoid: frozenset[str]


def is_number(node: Node) -> bool:
    """A scalar constant: written wherever it is used, like any number."""
    return node.op.name == "constant" and not node.results[0].type.shape


def is_run_key(node: Node) -> bool:
    """The key of the run: `random_key()` wherever it is used."""
    return node.op.name == "random_key"


class Body:
    """Lines for the nodes of one graph (see `pieces.Block` for what expressions ask of it)."""

    def __init__(
        self,
        style: Style,
        names: Names,
        indent: int = 0,
        *,
        budget: int | None = None,
        wanted: Mapping[Value, str] = NONE,
        aliases: Mapping[Value, Sequence[str]] = NONE,
        chained: bool = False,
    ) -> None:
        """`wanted`: names that are settled.  `chained`: a value goes by its last alias, so that each is read."""
        self.style = style
        self.literals = style.literals
        self.default_float = style.default_float
        self.core = style.core
        self.avoid = style.avoid
        self.fresh = names
        self.indent = indent
        self.width = style.width if budget is None else budget
        self.lines: list[Line] = []
        self.names: dict[Value, str] = {}
        self.wanted = wanted
        self.aliases = aliases
        self.chained = chained
        self.assigned: Container[Value] = frozenset()  # new values of variables, which have a type
        self._nested: set[Value] = set()
        self._waiting: dict[Value, Piece] = {}
        self.left_out: set[Value] = set()

    # ------------------------------------------------------------ what has a line

    def nest(self, graph: Graph, keep: Container[Value], local: bool) -> None:
        """Choose the values that get no line.  `keep`: those that must have one; `local`: names are hints only."""
        captured = {v for node in graph.nodes if node.regions for v in functions.captures(node)}
        seeds = {v for node in graph.nodes for v in control.seeds(node)}
        for value, uses in count_uses(graph).items():
            node = value.node
            if is_run_key(node) and value not in captured:
                self._nested.add(value)
                continue
            if (
                (uses != 1 and not is_number(node))
                or len(node.results) != 1
                or (node.regions and (self.core or not control.is_conditional(node)))
                or value in keep
                or value in captured
            ):
                continue
            if isinstance(node.op, Placeholder | Effect):
                continue
            written = node.origin.call is None and node.origin.derived is None
            if value.name is not None and not local and written and value not in seeds:
                continue
            self._nested.add(value)

    def is_nested(self, value: Value) -> bool:
        return value in self._nested

    def piece(self, value: Value) -> Piece:
        name = self.names.get(value)
        if name is not None:
            return Piece(name, ATOM, 0, None)
        return self._waiting.get(value) or self._made(value)

    def _made(self, value: Value) -> Piece:
        """A nested constant or cast, or a value that the graph doesn't compute (a broken graph is printed, too)."""
        if value in self._nested:
            return expression(self, value.node)[0] if value.node.inputs else self.give_line(value)
        return Piece(self.name(value), ATOM, 0, None)

    def leave_out(self, cast: Value) -> None:
        self.left_out.add(cast)

    def name(self, value: Value) -> str:
        """Give a value its name."""
        name = self.wanted.get(value) or self.fresh.fresh(value.name)
        self.names[value] = name
        self._nested.discard(value)
        return name

    # ------------------------------------------------------------ lines

    def add(self, text: str, node: Node | None = None) -> None:
        self.lines.append(Line(" " * self.indent + text, node))

    def statements(self, nodes: Iterable[Node]) -> None:
        """Print nodes in this order, each inside the expression that uses it or on a line."""
        for node in nodes:
            if isinstance(node.op, Placeholder):
                if is_run_key(node):
                    self._run_key(node)
                continue
            if isinstance(node.op, Effect):
                self._effect(node)
            elif node.results[0] in self._nested:
                if node.op.name not in ("constant", "cast"):
                    self._wait(node)
            else:
                self.line(node)

    def _wait(self, node: Node) -> None:
        """Make the expression of a nested value, for the one that uses it."""
        value, room = node.results[0], self.width - self.indent - SPARE
        piece = self._conditional(node, room) if node.regions else self._fitted(node, room)
        if piece is None:
            self.line(node)
            return
        self._waiting[value] = piece
        if piece.depth >= MAX_DEPTH:
            self.give_line(value)

    def _conditional(self, node: Node, room: int) -> Piece | None:
        """`a if c else b`, if it is one that fits."""
        if self.core or not control.is_conditional(node):
            return None
        piece = control.conditional(self, node)
        return None if piece is None or len(piece.text) > room else piece

    def _run_key(self, node: Node) -> None:
        """By itself where regions read it, under its name."""
        if node.results[0] in self._nested:
            self._waiting[node.results[0]] = expression(self, node)[0]
        else:
            self.line(node)

    def give_line(self, value: Value) -> Piece:
        self.line(value.node)
        return Piece(self.names[value], ATOM, 0, None)

    def line(self, node: Node) -> None:
        """A statement that binds the node's results."""
        text = self._bound(node)
        if text is None:
            return
        targets = [self.name(v) for v in node.results]
        if self.core and len(targets) == 1:
            targets[0] += self._annotation(node.results[0])
        self.add(f"{', '.join(targets)} = {text}", node)
        for value in node.results:
            self.add_aliases(value)

    def _bound(self, node: Node) -> str | None:
        """What stands behind `=`; None if the node has a statement of its own, which is printed."""
        value = node.results[0]
        piece = self._waiting.pop(value, None)
        if node.op.name == "constant":
            self._constant(node)
            return None
        if value in self.assigned and not self.core and self._augmented(node):
            return None
        if node.regions:
            piece = piece or self._conditional(node, self._room(node))
            if piece is not None:
                return piece.text
            if isinstance(node.op, Control) and control.statement(self, node):
                return None
            return functions.call(self, node)
        return (piece or self._fitted(node, self._room(node))).text

    def _room(self, node: Node) -> int:
        """Columns for the expression of a line."""
        return self.width - self.indent - len(node.results[0].name or "v100") - 3

    def _augmented(self, node: Node) -> bool:
        """`w -= rate * dw`, if the new value of a variable is computed from its old one like this."""
        op, value = node.op, node.results[0]
        if not isinstance(op.spelling, Infix) or op.spelling.symbol not in AUGMENTED or len(node.inputs) != 2:
            return False
        name = self.names.get(node.inputs[0])
        if name != self.wanted[value]:
            return False
        self._fitted(node, self.width - self.indent)
        _, (_, right) = expression(self, node)
        self.add(f"{self.name(value)} {op.spelling.symbol}= {right.text}", node)
        return True

    def add_aliases(self, value: Value) -> None:
        for alias in self.aliases.get(value, ()):
            self.add(f"{alias} = {self.names[value]}")
            if self.chained:
                self.names[value] = alias

    def share(self, outer: Body) -> None:
        """Keep the choice of lines that was made for a larger block."""
        self._nested = outer._nested

    def _annotation(self, value: Value) -> str:
        """`: f32[n]`; none for numbers without a dtype, nor if a name hides a size."""
        kind = value.type
        if kind.dtype.weak or (self.literals.symbols and any(str(d) != self.literals.size(d) for d in kind.shape)):
            return ""
        return f": {kind}"

    def _constant(self, node: Node) -> None:
        """`c: f32 = 0.5`, `k = 2`."""
        value = node.results[0]
        data = node.attrs[0]
        name = self.name(value)
        head = name if data.dtype.weak or value in self.assigned else f"{name}: {value.type}"
        text = self.constant_text(data, head)
        if text is None:
            head, text = name, encoded(data)
        self.add(f"{head} = {text}", node)
        self.add_aliases(value)

    def constant_text(self, data: Constant, head: str) -> str | None:
        """The data of a constant behind `head =`; None if no literal can say it."""
        if data.array.ndim:
            return self.literals.listed(data, self.width - len(head) - 3, indent=self.indent)
        return self.literals.number(data.value, data.dtype)

    def _fitted(self, node: Node, room: int) -> Piece:
        """The expression of a node; operands get lines of their own until it fits."""
        while True:
            piece, parts = expression(self, node)
            excess = len(piece.text) - room
            if excess <= 0:
                return piece
            long = sorted((p for p in parts if p.value is not None and p.value in self._nested), key=_length)
            if not long or len(long[-1].text) < 12:
                return piece
            while long and excess > 0:
                part = long.pop()
                assert part.value is not None
                excess -= len(part.text) - 4
                self.give_line(part.value)

    # ------------------------------------------------------------ effects and regions

    def _effect(self, node: Node) -> None:
        values = [loose(self, v).text for v in node.inputs[1:]]
        if node.op.name == "print":
            rest = iter(values)
            texts = [quote(part) if part is not None else next(rest) for part in node.attrs[0]]
            self.add(f"print({', '.join(texts)})", node)
            return
        (message,) = node.attrs
        self.add(f"{node.op.name} {values[0]}" + ("" if message is None else f", {quote(message)}"), node)

    def inner(self, names: Names, indent: int) -> Body:
        """An empty block inside this one."""
        return Body(self.style, names, indent)

    def assign(self, name: str, value: Value, like: Value) -> None:
        """`name = value`, for a value of another name or one that stands nowhere else; `like` has its type."""
        if value in self._nested and value.node.op.name == "constant":
            data = value.node.attrs[0]
            head = name if data.dtype.weak else f"{name}: {value.type}"
            text = self.constant_text(data, head)
            self.add(f"{name} = {encoded(data)}" if text is None else f"{head} = {text}")
        else:
            shown = self._annotation(like) if self.core and isinstance(like.type, TensorType) else ""
            self.add(f"{name}{shown} = {loose(self, value).text}")


def _length(piece: Piece) -> int:
    return len(piece.text)
