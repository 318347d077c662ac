"""Operators: on numbers known now they compute, on tensors they emit ops."""

from __future__ import annotations

import operator
from collections.abc import Callable

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Text
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.terms.static import TooLarge, compute
from graphc.ir.graph import Value
from graphc.ir.op import Op
from graphc.ir.types import MAX_INTEGER_BITS, STR, WEAK_FLOAT, WEAK_INT, DType
from graphc.source import Span

INFIX = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "//": "floor_divide",
    "%": "remainder",
    "@": "matmul",
    "**": "pow",
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "and": "logical_and",
    "or": "logical_or",
}


MAX_TEXT = 1 << 16  # characters of a string that is joined while compiling
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}

_SAMENESS = {"equal": True, "not_equal": False}  # `mask == None` asks, while compiling, whether an argument was given


def static(e: Elaborator, op: Op, operands: tuple[Static, ...], span: Span) -> Static | None:
    """The result of an op on numbers known now; None if the graph must compute it."""
    try:
        value = compute(op.name, tuple(s.value for s in operands))
    except TooLarge:
        raise e.fail(
            "E0902", f"this number has more than {MAX_INTEGER_BITS} bits", span, hint="write a float: 10.0 ** 100"
        ) from None
    if value is None:
        return None
    needs = tuple(dict.fromkeys(n for s in operands for n in s.needs))
    if op.name == "integer_pow" and isinstance(value, float) and not isinstance(operands[0].value, float):
        return Static(value, span, needs=needs)  # 2 ** -1 is a number: of integers the op has none
    return Static(value, span, op, operands, needs)


def binary(e: Elaborator, frame: Frame, name: str, left: Given, right: Given, span: Span) -> Meaning:
    """`left name right`."""
    a, b = left.meaning, right.meaning
    if name in _SAMENESS and (isinstance(a, Nothing) or isinstance(b, Nothing)):
        return Static((isinstance(a, Nothing) and isinstance(b, Nothing)) is _SAMENESS[name], span)
    if isinstance(a, Text) and isinstance(b, Text):
        known = texts(name, e.text(a), e.text(b), span) if name in _COMPARE or not (a.needs or b.needs) else None
        if known is not None:
            return known
    if name == "add" and dtype_of(e, left) is STR and dtype_of(e, right) is STR:
        return e.apply(frame, e.catalogue["join"], (left, right), ("",), span)[0]
    if name == "pow" and isinstance(b, Static) and b.dtype is WEAK_INT:
        name = "integer_pow"
    op = e.catalogue[name]
    if isinstance(a, Static) and isinstance(b, Static):
        result = static(e, op, (a, b), span)
        if result is not None:
            return result
    if name == "integer_pow":
        assert isinstance(b, Static)
        return integer_power(e, frame, op, left, b, span)
    return e.apply(frame, op, (left, right), (), span)[0]


def texts(name: str, a: str, b: str, span: Span) -> Meaning | None:
    """The result of an operator on strings known now; None if the graph must compute it."""
    compare = _COMPARE.get(name)
    if compare is not None:
        return Static(compare(a, b), span)
    return Text(a + b, span) if name == "add" and len(a) + len(b) <= MAX_TEXT else None


def dtype_of(e: Elaborator, given: Given) -> DType | None:
    """The dtype of a tensor, list or string; None for other things."""
    match given.meaning:
        case Value() | Text() | Items():
            return e.dtype_of(given.meaning, given.span)
        case _:
            return None


def integer_power(e: Elaborator, frame: Frame, op: Op, base: Given, exponent: Static, span: Span) -> Meaning:
    value = e.look(exponent)
    assert isinstance(value, int)
    dtype = e.dtype_of(base.meaning, base.span)
    if value < 0 and dtype.is_integer:
        meaning = e.tensor(frame, base.meaning, base.span, WEAK_FLOAT)
        return e.apply(frame, op, (Given(meaning, base.span),), (value,), span)[0]
    return e.apply(frame, op, (base,), (value,), span)[0]


def unary(e: Elaborator, frame: Frame, node: syntax.Unary, operand: Meaning) -> Meaning:
    name = {"-": "negative", "+": "positive", "not": "logical_not"}[node.op]
    if isinstance(operand, Static):
        if name == "positive":
            return operand
        if name == "negative" and operand.literal and not isinstance(operand.value, bool):
            return Static(-operand.value, node.span)
        result = static(e, e.catalogue[name], (operand,), node.span)
        if result is not None:
            return result
    if name == "positive":
        return e.tensor(frame, operand, node.span)
    return e.apply(frame, e.catalogue[name], (Given(operand, node.operand.span),), (), node.span)[0]
