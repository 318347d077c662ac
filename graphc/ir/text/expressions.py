"""The expression of a node: an operator, an index, a call.

In: a node and the block that it stands in.  Out: a `Piece` and those of its operands.  The core form has calls only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphc.ir.dims import Dim
from graphc.ir.graph import Node, Value
from graphc.ir.op import REQUIRED, Attribute, Elementwise, Infix, Operand, Placeholder, Prefix, TypeRuleError
from graphc.ir.random import Implied, Random
from graphc.ir.text.literals import is_symbol
from graphc.ir.text.operands import Form, cast_piece, form, is_constant, loose, number_piece, operand_pieces
from graphc.ir.text.pieces import ATOM, POSTFIX, Block, Piece
from graphc.ir.types import F32, I64, STR, STRINGS, WEAK_INT

POWER = 80
SUM = 50
COMPARISON = 40
PLUS = Infix("+", SUM)
COMPUTED = frozenset({"+", "-", "*", "//", "%", "**"})  # on sizes and numbers known now


def expression(block: Block, node: Node) -> tuple[Piece, Sequence[Piece]]:
    """The text of a node with one or more results, and the pieces it consists of."""
    special = SPECIAL.get(node.op.name)
    if special is not None:
        made = special(block, node)
        if made is not None:
            return made
    if isinstance(node.op, Random):
        return draw(block, node)
    pieces = operand_pieces(block, node)
    op = form(node.op)
    if len(node.inputs) == 2 and node.inputs[0].type.dtype is STR:
        op = _on_strings(block, node, op)
    if block.core or op.spelling is None:
        return call(block, node, pieces), pieces
    if op.spelling.symbol in COMPUTED and _is_size(block, node):
        return call(block, node, pieces), pieces
    if isinstance(op.spelling, Prefix):
        return prefix(op.spelling, node, pieces[0]), pieces
    return infix(block, op, op.spelling, node, pieces), pieces


def _on_strings(block: Block, node: Node, op: Form) -> Form:
    """Two strings are joined by `+`; an operator on two literals would be computed when it is read."""
    if all(v.node.op.name == "constant" and not v.type.shape and block.is_nested(v) for v in node.inputs):
        return op._replace(spelling=None)
    return op._replace(spelling=PLUS) if node.op.name == "join" and node.attrs == ("",) else op


# ---------------------------------------------------------------- operators


def prefix(spelling: Prefix, node: Node, x: Piece) -> Piece:
    gap = " " if spelling.symbol.isalpha() else ""
    text = f"{spelling.symbol}{gap}{x.within(spelling.precedence)}"
    return Piece(text, spelling.precedence, x.depth + 1, node.results[0])


def infix(block: Block, op: Form, spelling: Infix, node: Node, pieces: Sequence[Piece]) -> Piece:
    p = spelling.precedence
    left = pieces[0]
    if len(pieces) == 1:  # a power whose exponent is an attribute
        text = f"{left.within(POSTFIX)} {spelling.symbol} {node.attrs[0]}"
        return Piece(text, p, left.depth + 1, node.results[0])
    right = pieces[1]
    if spelling.decided_by is not None and not node.inputs[0].type.shape and not is_plain(block, node.inputs[1]):
        return call(block, node, pieces)  # the operator would leave the right operand alone
    if p == POWER:
        if _may_be_static(block, node.inputs[1]):
            return call(block, node, pieces)
        text = f"{left.within(POSTFIX)} {spelling.symbol} {right.within(70)}"
        return Piece(text, p, max(left.depth, right.depth) + 1, node.results[0])
    # Chains of one level lean to the left and parse flat; comparisons have no chains.
    text = f"{left.within(p + (p == COMPARISON))} {spelling.symbol} {right.within(p + 1)}"
    depth = left.depth if left.precedence == p else left.depth + 1
    return Piece(text, p, max(depth, right.depth + 1), node.results[0])


def is_plain(block: Block, value: Value) -> bool:
    """Is it written with names, literals and elementwise ops that always have a result?  (shortcuts.py reads it so.)"""
    pending = [value]
    while pending:
        v = pending.pop()
        op = v.node.op
        if op.name == "constant" and not v.type.shape:
            continue
        if block.is_nested(v):
            if not (isinstance(op, Elementwise) and op.total) or op.name in block.literals.bound:
                return False
            pending += v.node.inputs
    return True


def _is_size(block: Block, node: Node) -> bool:
    """Would it be computed when it is read, as arithmetic on sizes?"""
    found = False
    for v in node.inputs:
        while v.node.op.name == "cast" and block.is_nested(v):
            v = v.node.inputs[0]
        name = v.node.op.name
        if name == "dim":
            found = True
        elif name != "constant" and not (v.type.dtype.weak and block.is_nested(v)):
            return False
    return found


def _may_be_static(block: Block, exponent: Value) -> bool:
    """Would the exponent be read as a whole number known now, and so make another op?"""
    if exponent.type.dtype is WEAK_INT:
        return True
    if not block.is_nested(exponent):
        return False
    node = exponent.node
    if node.op.name == "cast":
        return node.inputs[0].type.dtype is WEAK_INT
    return node.op.name == "constant" and exponent.type.dtype.is_integer


# ---------------------------------------------------------------- calls


def call(block: Block, node: Node, pieces: Sequence[Piece]) -> Piece:
    """`name(operands, attribute=value)`, in the order of the record."""
    op = form(node.op)
    depth = max([p.depth for p in pieces], default=0) + 1
    if not op.attributes and not op.variadic:
        arguments = [p.text for p in pieces]
    else:
        arguments = _arguments(block, node, op, pieces)
    name = node.op.name
    if name in block.literals.bound and arguments:
        return Piece(f"{_receiver(arguments[0])}.{name}({', '.join(arguments[1:])})", POSTFIX, depth, node.results[0])
    return Piece(f"{name}({', '.join(arguments)})", POSTFIX, depth, node.results[0])


def _receiver(text: str) -> str:
    plain = text.replace("_", "").isalnum() and not text[0].isdigit()
    return text if plain or text.startswith("[") else f"({text})"


def _arguments(block: Block, node: Node, op: Form, pieces: Sequence[Piece]) -> list[str]:
    params = node.op.params
    omitted = _omitted(node, op)
    arguments: list[str] = []
    operand = attribute = 0
    positional = True
    for i, param in enumerate(params):
        if isinstance(param, Attribute):
            if attribute not in omitted:
                text = block.literals.attribute(node.attrs[attribute], param.kind)
                leads = any(not isinstance(p, Attribute) for p in params[i + 1 :])
                if positional and (leads or (param.default is REQUIRED and param.kind not in ("axis", "axes"))):
                    arguments.append(text)
                else:
                    positional = False
                    arguments.append(f"{param.name}={text}")
            attribute += 1
        elif param.variadic:
            texts = [p.text for p in pieces]
            last = i == len(params) - 1 or param.accepts == STRINGS  # strings aren't taken for attributes
            last = last and not any(t.startswith("[") for t in texts)
            arguments += texts if last and texts else [f"[{', '.join(texts)}]"]
        else:
            arguments.append(pieces[operand].text)
            operand += 1
    return arguments


def _omitted(node: Node, op: Form) -> set[int]:
    """The attributes that have the value of an omitted argument once the type rule has normalised them."""
    omitted: set[int] = set()
    trial: list[Any] = list(node.attrs)
    doubtful = []
    for i, (value, a) in enumerate(zip(node.attrs, op.attributes, strict=True)):
        if a.default is REQUIRED or (a.kind == "dtype" and a.default is None):
            continue  # what `float` would decide is said: the text means the same under another one
        default = a.default
        if value is default or (type(value) is type(default) and value == default):
            omitted.add(i)
        elif default is None or a.kind in ("axes", "axis", "ints", "literal", "shape", "number"):
            doubtful.append(i)
            trial[i] = default
    if not doubtful or _same(node, tuple(trial)):
        return omitted.union(doubtful)
    trial = list(node.attrs)
    for i in doubtful:
        trial[i] = op.attributes[i].default
        if _same(node, tuple(trial)):
            omitted.add(i)
        else:
            trial[i] = node.attrs[i]
    return omitted


def _same(node: Node, attrs: tuple[Any, ...]) -> bool:
    """Does the type rule make the node's attributes and types of these?"""
    try:
        inferred = node.op.infer(tuple([v.type for v in node.inputs]), attrs, node.regions)
    except (TypeRuleError, TypeError, ValueError):
        return False
    if inferred.attrs != node.attrs or repr(inferred.attrs) != repr(node.attrs):
        return False
    return inferred.types == tuple([r.type for r in node.results])


# ---------------------------------------------------------------- random numbers


Made = tuple[Piece, Sequence[Piece]]


def draw(block: Block, node: Node) -> Made:
    """`normal([3], std=0.1, key=…)`: what has its usual value is left out, but never the key."""
    op = form(node.op)
    omitted = _omitted(node, op)
    values = iter(node.inputs)
    attributes = iter(enumerate(node.attrs))
    plain = {v for v, p in zip(node.inputs, op.operands, strict=True) if p.group and is_constant(block, v)}
    typed = not _adopts(node, op, plain)
    texts: list[str] = []
    pieces: list[Piece] = []
    positional = True
    for i, param in enumerate(node.op.params):
        if isinstance(param, Attribute):
            place, value = next(attributes)
            dtype = param.kind == "dtype" and bool(plain or op.operands[0].group)
            left_out = not typed if dtype and _is_tied(op) else place in omitted
            text = block.literals.attribute(value, param.kind)
            positional = positional and (param.default is REQUIRED or (param.kind == "shape" and not left_out))
        else:
            v = next(values)
            left_out = not block.core and _is_usual(v, param, plain, first=i == 0)
            positional = (positional and param.default is REQUIRED) or i == 0
            bare = v in plain and (not typed or _is_tied(op))
            piece = number_piece(block, v) if bare else loose(block, v)
            pieces.append(piece)
            text = piece.text
        if left_out:
            positional = False
        else:
            texts.append(text if positional else f"{param.name}={text}")
    depth = max([p.depth for p in pieces], default=0) + 1
    name = node.op.name
    if name in block.literals.bound and texts and not texts[0].partition("=")[0].isidentifier():
        return Piece(f"{_receiver(texts[0])}.{name}({', '.join(texts[1:])})", POSTFIX, depth, node.results[0]), pieces
    return Piece(f"{name}({', '.join(texts)})", POSTFIX, depth, node.results[0]), pieces


def _is_tied(op: Form) -> bool:
    """Has it a dtype that is also that of its operands?"""
    floats = any(p.group and F32 in p.accepts for p in op.operands)
    return floats and any(a.name == "dtype" for a in op.attributes)


def _adopts(node: Node, op: Form, plain: set[Value]) -> bool:
    """Will numbers among the parameters be read in their dtype, under every default, without it being written?"""
    grouped = [v for v, p in zip(node.inputs, op.operands, strict=True) if p.group]
    if not grouped or any(v not in plain for v in grouped):
        return True
    return grouped[0].type.dtype is I64


def _is_usual(v: Value, param: Operand, plain: set[Value], *, first: bool) -> bool:
    """Is it what an omitted operand is?"""
    if param.default is Implied.RUN:
        return isinstance(v.node.op, Placeholder) and not v.node.attrs
    if v not in plain or v.type.shape or first or not isinstance(param.default, int | float):
        return False
    x = v.node.attrs[0].array[()]
    return bool(x == param.default) and str(float(x))[0] != "-"


# ---------------------------------------------------------------- ops with a syntax of their own


def dim(block: Block, node: Node) -> Made:
    """`n`, `n*k`: arithmetic on sizes alone is a size when it is read.  `dim(…)` says so of a minimum or maximum."""
    (size,) = node.attrs
    text = size_text(block, size)
    if is_symbol(size):
        return Piece(text, ATOM, 0, None), ()
    return Piece(text, POSTFIX if text.startswith("dim(") else SUM, 0, None), ()


def size_text(block: Block, size: Dim) -> str:
    """A size as an expression."""
    text = block.literals.size(size)
    return f"dim({text})" if "min(" in text or "max(" in text else text


def cast(block: Block, node: Node) -> Made:
    return cast_piece(block, node.results[0]), ()


def transpose(block: Block, node: Node) -> Made | None:
    """`x.T`, for the last two axes."""
    rank = len(node.inputs[0].type.shape)
    if block.core or rank < 2 or node.attrs[0] != (*range(rank - 2), rank - 1, rank - 2):
        return None
    x = loose(block, node.inputs[0])
    return Piece(f"{x.within(POSTFIX)}.T", POSTFIX, x.depth, node.results[0]), (x,)


def expand_dims(block: Block, node: Node) -> Made | None:
    """`x[:, None]`."""
    if block.core:
        return None
    x = loose(block, node.inputs[0])
    (axes,) = node.attrs
    rank = len(node.results[0].type.shape)
    items = ["None" if i in axes else ":" for i in range(rank)]
    while items and items[-1] == ":":
        items.pop()
    if axes == (rank - 1,) and rank > 3:
        items = ["...", "None"]
    return Piece(f"{x.within(POSTFIX)}[{', '.join(items)}]", POSTFIX, x.depth + 1, node.results[0]), (x,)


def strided(block: Block, node: Node) -> Made | None:
    """`x[1:3, ::2]`."""
    items = None if block.core else _items(block, node)
    if items is None:
        return None
    x = loose(block, node.inputs[0])
    return Piece(f"{x.within(POSTFIX)}[{items}]", POSTFIX, x.depth + 1, node.results[0]), (x,)


def _items(block: Block, node: Node) -> str | None:
    """The items of a static index (step 0: one place, whose axis is dropped); None for the whole tensor."""
    items = [
        block.literals.size(start) if step == 0 else _slice(block, start, stop, step)
        for start, stop, step in zip(*node.attrs, strict=True)
    ]
    while items and items[-1] == ":":
        items.pop()
    return ", ".join(items) or None


def _slice(block: Block, start: Dim | None, stop: Dim | None, step: int) -> str:
    def shown(bound: Dim | None) -> str:
        return "" if bound is None else block.literals.size(bound)

    first = "" if step > 0 and start == 0 else shown(start)
    return f"{first}:{shown(stop)}" + (f":{step}" if step != 1 else "")


SPECIAL: dict[str, Callable[[Block, Node], Made | None]] = {
    "dim": dim,
    "cast": cast,
    "transpose": transpose,
    "expand_dims": expand_dims,
    "strided": strided,
}
