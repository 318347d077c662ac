"""What a drawn node says: the op as in a program, its operands by name, `·` for those without.

In: nodes.  Out: short texts like `X @ w`, `· ** 2`, `sum(·, axis=1)`.  Small constants, sizes and casts are folded into
the text of the op that uses them and aren't drawn.
"""

from __future__ import annotations

from graphc.ir.constant import Constant
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Effect
from graphc.ir.strings import quote
from graphc.ir.text.expressions import expression
from graphc.ir.text.literals import Literals
from graphc.ir.text.pieces import ATOM, Piece
from graphc.ir.types import TokenType

PLACE = "·"
MAX_LENGTH = 44


class Labels:
    """The texts of one graph's nodes (see `pieces.Block` for what expressions ask).

    `shown`: values that are drawn, however small; `names`: how the program calls values.
    """

    def __init__(self, graph: Graph) -> None:
        self.literals = Literals(frozenset(), {})
        self.default_float = graph.default_float
        self.core = False
        self.names: dict[Value, str] = {}
        for name, value in graph.names.items():
            self.names.setdefault(value, name)
        self.shown = {*self.names, *(o.value for o in graph.outputs), *(u.value for u in graph.updates)}

    def name(self, value: Value) -> str | None:
        return self.names.get(value, value.name)

    def is_nested(self, value: Value) -> bool:
        return value not in self.shown and is_small(value.node)

    def piece(self, value: Value) -> Piece:
        if not value.node.inputs and self.is_nested(value):
            return self.give_line(value) if self._data(value) else expression(self, value.node)[0]
        return Piece(self.name(value) or PLACE, ATOM, 0, None)

    def give_line(self, value: Value) -> Piece:
        data = self._data(value)
        return Piece(PLACE if data is None or data.array.ndim else self.literals.typed(data), ATOM, 0, None)

    def _data(self, value: Value) -> Constant | None:
        attrs = value.node.attrs
        return attrs[0] if attrs and not value.node.inputs and isinstance(attrs[0], Constant) else None

    def leave_out(self, cast: Value) -> None:
        """Nothing to note: casts aren't drawn."""

    def text(self, node: Node) -> str:
        """The node's op with its operands, at most `MAX_LENGTH` characters."""
        if isinstance(node.op, Effect):
            said = [p for a in node.attrs if a is not None for p in ((a,) if isinstance(a, str) else a)]
            names = [self.piece(v).text for v in node.inputs[1:]]
            shown = iter(names)
            texts = [next(shown, PLACE) if p is None else quote(p) for p in said]
            text = " ".join([node.op.name, *(texts if None in said else [*names, *texts])])
        elif node.regions or any(isinstance(v.type, TokenType) for v in node.inputs):
            text = node.op.name
        elif not node.inputs and node.attrs and isinstance(node.attrs[0], Constant):
            text = self.data(node.attrs[0])
        else:
            text = expression(self, node)[0].text
            symbol = getattr(node.op.spelling, "symbol", None)
            if symbol is not None and text in (f"{PLACE} {symbol} {PLACE}", f"{symbol}{PLACE}", f"{symbol} {PLACE}"):
                text = str(symbol)
        return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"

    def data(self, data: Constant) -> str:
        """A constant that is drawn: its elements, if there are few."""
        if data.array.ndim == 0:
            return self.literals.typed(data)
        listed = self.literals.listed(data, MAX_LENGTH) if data.array.size <= 12 else None
        return str(data.type) if listed is None or "\n" in listed else listed


def is_small(node: Node) -> bool:
    """Is it folded into its users: a scalar constant, a size, or a cast?"""
    if not node.inputs:
        (first, *more) = node.attrs or (None,)
        if isinstance(first, Constant):
            return first.array.ndim == 0
        return isinstance(first, Poly) and not more and not node.results[0].type.shape
    return len(node.inputs) == 1 and [a.kind for a in node.op.attributes] == ["dtype"]
