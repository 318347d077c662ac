"""Operands as they are written: without the casts that reading inserts again, numbers without their dtype.

An operand of a group takes part in its promotion: `2 * x` makes the 2 an f32 where x is, and `x / n` casts the size.
`grouped` works out the promotion of what it is about to write, and writes casts and dtypes where it would come out
differently.  In: a node.  Out: pieces for its operands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value
from graphc.ir.op import Attribute, Infix, Op, Operand, Prefix, Spelling
from graphc.ir.text.literals import encoded
from graphc.ir.text.pieces import ATOM, POSTFIX, UNARY, Block, Piece
from graphc.ir.types import ANY, BOOL, I64, NUMBERS, STR, WEAK_FLOAT, WEAK_INT, DType, accepted, promote

MAX_NESTED_ELEMENTS = 16  # of an array among operands
ENDLESS = 10**9  # a width: in one line


class Form(NamedTuple):
    """What of an op's record its text needs."""

    operands: tuple[Operand, ...]
    attributes: tuple[Attribute, ...]
    variadic: bool
    spelling: Spelling


@cache
def form(op: Op) -> Form:
    return Form(op.operands, op.attributes, op.variadic, op.spelling)


# How an operand is written:
#   "as is"    by its name or expression, in its own dtype
#   "inner"    a cast that is left out
#   "integer"  a number without a dtype and, if it is whole, without a point
#   "number"   a number without a dtype
#   "typed"    a number in its dtype: f32(0.1)
Mode: TypeAlias = Literal["as is", "inner", "integer", "number", "typed"]


def operand_pieces(block: Block, node: Node) -> list[Piece]:
    """The operands of an op that promotes them."""
    inputs = node.inputs
    for v in inputs:
        if v.node.op.name in _ADAPTING and block.is_nested(v):
            return _adapted(block, node)
    return [block.piece(v) for v in inputs]


_ADAPTING = frozenset({"constant", "cast"})


def _adapted(block: Block, node: Node) -> list[Piece]:
    op = form(node.op)
    params = op.operands * len(node.inputs) if op.variadic else op.operands
    pieces: list[Piece | None] = [None] * len(node.inputs)
    group: list[int] = []
    for i, (v, param) in enumerate(zip(node.inputs, params, strict=True)):
        if param.group is None:
            pieces[i] = _ungrouped(block, v, param)
        else:
            group.append(i)
    if group:
        values = [node.inputs[i] for i in group]
        for i, piece in zip(group, grouped(block, values, params[group[0]].accepts, op), strict=True):
            pieces[i] = piece
    return [p for p in pieces if p is not None]


# ---------------------------------------------------------------- promotion


def grouped(block: Block, values: Sequence[Value], accepts: frozenset[DType], op: Form) -> list[Piece]:
    """Operands of one group, in the least text that promotes to their dtype."""
    wanted: DType = values[0].type.dtype
    folds = isinstance(op.spelling, Prefix) and op.spelling.symbol == "-"  # -2 is a number
    power = isinstance(op.spelling, Infix) and op.spelling.symbol == "**"
    for v in values:
        if is_constant(block, v) and (v.node.attrs[0].array.ndim or (folds and wanted.weak)):
            _settle_constant(block, v, alone=len(values) == 1)
    for modes in _candidates(block, values, wanted, power):
        dtypes = [_brought(v, mode) for v, mode in zip(values, modes, strict=True)]
        if _common(dtypes, accepts, isinstance(op.spelling, Infix)) is wanted:
            return [_write(block, v, mode) for v, mode in zip(values, modes, strict=True)]
    for v in values:
        if block.is_nested(v):
            block.give_line(v)
    return [block.piece(v) for v in values]


def _settle_constant(block: Block, v: Value, alone: bool) -> None:
    """Give a line to an array that can't stand among operands, and to a number before which a sign would fold."""
    data = v.node.attrs[0]
    if not data.array.ndim or alone or not _is_short(block, data):
        block.give_line(v)


def _is_short(block: Block, data: Constant) -> bool:
    """Can it stand among operands?"""
    size = data.array.size
    return data.array.ndim == 0 or (size <= MAX_NESTED_ELEMENTS and block.literals.listed(data, ENDLESS) is not None)


def _candidates(block: Block, values: Sequence[Value], wanted: DType, power: bool) -> list[list[Mode]]:
    """Ways to write the operands, the shortest first."""
    number: Mode = "number" if power and wanted.is_float else "integer"
    shortest: list[Mode] = []
    for v in values:
        if is_constant(block, v):
            shortest.append(number)
        elif _can_leave_out(block, v):
            shortest.append("inner")
        else:
            shortest.append("as is")
    result = [shortest]
    if number == "integer" and "integer" in shortest:
        result.append(["number" if m == "integer" else m for m in shortest])
    casts = [i for i, m in enumerate(shortest) if m == "inner"]
    if len(casts) > 1:
        result += [[("as is" if i == kept else m) for i, m in enumerate(shortest)] for kept in casts]
    explicit: list[Mode] = ["as is" if m == "inner" else m for m in shortest]
    result.append(explicit)
    scalars = [i for i, v in enumerate(values) if explicit[i] == number and not v.node.attrs[0].array.ndim]
    if scalars:
        typed = scalars[-1] if power else scalars[0]
        result.append([("typed" if i == typed else m) for i, m in enumerate(explicit)])
    return result


def is_constant(block: Block, v: Value) -> bool:
    """Is it data that is written where it is used?"""
    return v.node.op.name == "constant" and block.is_nested(v)


def _can_leave_out(block: Block, v: Value) -> bool:
    """Is `v` a cast which reading may insert?  (If it does is a matter of promotion.)"""
    if v.node.op.name != "cast" or not block.is_nested(v):
        return False
    source, wanted = v.node.inputs[0], v.type.dtype
    found = source.type.dtype
    if not found.weak or wanted.weak:
        return found is not wanted
    if wanted.is_integer and wanted is not I64:
        return False  # a number that doesn't fit would be an error
    if source.node.op.name == "constant":
        return _fits(source, wanted)
    return True


def _fits(source: Value, wanted: DType) -> bool:
    data = source.node.attrs[0].array
    if wanted.is_integer:
        return bool(np.all(data >= -(2**63)) and np.all(data < 2**63))
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            return bool(np.all(np.isfinite(data.astype(np.float64).astype(wanted.numpy))))
        except OverflowError:
            return False


def _brought(v: Value, mode: Mode) -> DType:
    """The dtype with which the operand takes part in the promotion."""
    found: DType = v.type.dtype
    match mode:
        case "inner":
            return v.node.inputs[0].type.dtype  # type: ignore[no-any-return]
        case "integer" | "number" if found.kind not in "bs":
            data = v.node.attrs[0].array
            if found.is_float and not (mode == "integer" and data.ndim == 0 and _is_whole(data)):
                return WEAK_FLOAT
            return WEAK_INT
        case _:
            return found


def _is_whole(data: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bool:
    x = float(data[()])
    return x.is_integer() and abs(x) < 1e6 and not (x == 0 and np.signbit(x))


def _common(dtypes: Sequence[DType], accepts: frozenset[DType], infix: bool) -> DType | None:
    """The dtype that reading gives a group."""
    first = dtypes[0]
    joined = first if all(t is first for t in dtypes) else promote(dtypes)
    return joined and accepted(joined, accepts, infix=infix)


# ---------------------------------------------------------------- writing


def _write(block: Block, v: Value, mode: Mode) -> Piece:
    match mode:
        case "integer" | "number":
            return _bare(block, v, integral=mode == "integer")
        case "typed":
            return Piece(block.literals.typed(v.node.attrs[0]), POSTFIX, 0, None)
        case "inner":
            block.leave_out(v)
            return _inside(block, v.node.inputs[0])
        case _:
            return loose(block, v)


def _inside(block: Block, source: Value) -> Piece:
    """The operand of a cast.  A number without a dtype would become the cast constant itself: it gets a line."""
    if is_constant(block, source) and (source.type.dtype.weak or source.type.dtype is BOOL):
        return block.give_line(source)
    return loose(block, source)


def _bare(block: Block, v: Value, *, integral: bool) -> Piece:
    """A constant whose dtype comes from elsewhere."""
    data = v.node.attrs[0]
    if data.array.ndim:
        return Piece(block.literals.listed(data, ENDLESS) or encoded(data), ATOM, 0, v)
    text = block.literals.number(data.value, data.dtype, integral=integral) or encoded(data)
    return Piece(text, UNARY if text.startswith("-") else ATOM, 0, None)


def number_piece(block: Block, v: Value) -> Piece:
    """A constant in a place that gives it its dtype; a long array gets a line."""
    return _bare(block, v, integral=True) if _is_short(block, v.node.attrs[0]) else block.give_line(v)


def loose(block: Block, v: Value) -> Piece:
    """A value in a place that promotes nothing: numbers with their dtypes, casts written out."""
    if not block.is_nested(v):
        return block.piece(v)
    match v.node.op.name:
        case "constant":
            data = v.node.attrs[0]
            if data.array.ndim:
                return block.give_line(v)
            if data.dtype is STR:  # a string by itself would be read as one known at compile time
                return block.give_line(v)
            text = block.literals.typed(data)
            return Piece(text, UNARY if text.startswith("-") else ATOM if data.dtype.weak else POSTFIX, 0, None)
        case "cast":
            return cast_piece(block, v)
        case _:
            return block.piece(v)


def cast_piece(block: Block, v: Value) -> Piece:
    """`f32(x)`."""
    inner = _inside(block, v.node.inputs[0])
    return Piece(f"{v.type.dtype.name}({inner.text})", POSTFIX, inner.depth + 1, v)


def _ungrouped(block: Block, v: Value, param: Operand) -> Piece:
    """An operand that keeps its dtype, but for whole numbers where indices are wanted."""
    if not block.is_nested(v):
        return block.piece(v)
    indices = len(param.accepts) < len(NUMBERS)
    node = v.node
    if node.op.name == "constant":
        data = node.attrs[0]
        if (data.dtype is I64 and indices) or data.dtype is BOOL:
            return _bare(block, v, integral=True) if _is_short(block, data) else block.give_line(v)
    if node.op.name == "cast" and v.type.dtype is I64 and indices and node.inputs[0].type.dtype is WEAK_INT:
        block.leave_out(v)
        return _inside(block, node.inputs[0])
    return loose(block, v)


def implicit(found: DType, wanted: DType) -> bool:
    """Does a declaration of `wanted` cast a value of `found` by itself?"""
    if found.weak:
        return wanted.is_float or (found is WEAK_INT and wanted.is_integer)
    return wanted.is_float and found in ANY and (found.is_integer or (found.is_float and found.bits < wanted.bits))
