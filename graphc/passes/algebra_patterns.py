"""The language of algebra rules: `x + -y -> x - y` is parsed, matched against values, and built.

    x y z     any value                     p q    any boolean value
    v         any value but a constant      c d    a constant whose elements are all equal
    1 -0.0    such a constant, of this value (with its sign, for zeros); true false likewise
    + - * / ** and or not == < … f(x, y)    the ops; `x ** 2` has the exponent as its attribute

A name that occurs twice must be the same value.  What is computed from constants alone is computed while building.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.graph import Value
from graphc.ir.types import DType

CONSTANTS = frozenset("cde")
NOT_CONSTANT = "v"


@dataclass(frozen=True, slots=True)
class Name:
    """Any value, or one of those that the letter stands for."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A constant of this value, whatever its dtype."""

    value: bool | int | float

    def fits(self, data: Constant) -> bool:
        found = data.array.item()
        if found != self.value:
            return False
        return self.value != 0 or data.dtype.kind != "f" or math.copysign(1, found) == math.copysign(1, self.value)


@dataclass(frozen=True, slots=True)
class Apply:
    """An op of the catalogue, by name, on patterns; `attrs` are its attributes."""

    op: str
    args: tuple[Pattern, ...]
    attrs: tuple[Any, ...] = ()


Pattern: TypeAlias = Name | Number | Apply
Bindings: TypeAlias = dict[str, "Value | Constant"]
Splat: TypeAlias = Callable[[Value], "Constant | None"]

_BINARY = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.FloorDiv: "floor_divide"}
_COMPARISONS = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}

# ---------------------------------------------------------------- parsing


def parse_equation(text: str) -> tuple[Apply, Pattern]:
    """The two sides of `left -> right`."""
    left, _, right = text.partition("->")
    pattern = _pattern(ast.parse(left.strip(), mode="eval").body)
    if not isinstance(pattern, Apply):
        raise ValueError(f"the left side of {text!r} is no operation")
    return pattern, _pattern(ast.parse(right.strip(), mode="eval").body)


def _pattern(tree: ast.expr) -> Pattern:
    match tree:
        case ast.Name(id="true" | "false" as name):
            return Number(name == "true")
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=bool() | int() | float() as value):
            return Number(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return Number(-value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Apply("negative", (_pattern(operand),))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Apply("logical_not", (_pattern(operand),))
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=exponent)):
            return Apply("integer_pow", (_pattern(base),), (exponent,))
        case ast.BinOp(left=left, op=op, right=right):
            return Apply(_BINARY[type(op)], (_pattern(left), _pattern(right)))
        case ast.BoolOp(op=op, values=[left, right]):
            return Apply("logical_and" if isinstance(op, ast.And) else "logical_or", (_pattern(left), _pattern(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Apply(_COMPARISONS[type(op)], (_pattern(left), _pattern(right)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return Apply(name, tuple([_pattern(a) for a in args]))
    raise ValueError(f"no pattern: {ast.unparse(tree)}")


def names(pattern: Pattern) -> dict[str, None]:
    """The names in a pattern, in order."""
    if isinstance(pattern, Apply):
        return {name: None for arg in pattern.args for name in names(arg)}
    return {pattern.name: None} if isinstance(pattern, Name) else {}


def operations(pattern: Pattern) -> int:
    """How many ops a pattern applies, those on constants alone aside."""
    if not isinstance(pattern, Apply) or all(n in CONSTANTS for n in names(pattern)):
        return 0
    return 1 + sum(map(operations, pattern.args))


# ---------------------------------------------------------------- matching


def match(pattern: Pattern, value: Value, bound: Bindings, splat: Splat, keep: frozenset[Value]) -> bool:
    """Is `value` of this form?  Binds the names in `bound`."""
    match pattern:
        case Apply():
            return value not in keep and match_node(pattern, value, bound, splat, keep)
        case Number():
            data = splat(value)
            return data is not None and pattern.fits(data)
    found: Value | Constant = value
    if pattern.name in CONSTANTS:
        data = splat(value)
        if data is None:
            return False
        found = data
    elif pattern.name == NOT_CONSTANT and splat(value) is not None:
        return False
    known = bound.setdefault(pattern.name, found)
    return known is found or _equal_constants(known, found, splat)


def _equal_constants(a: Value | Constant, b: Value | Constant, splat: Splat) -> bool:
    """Are these the same number?  Numbers aren't shared."""
    if isinstance(a, Constant) or isinstance(b, Constant):
        return a == b
    return a.type == b.type and (data := splat(a)) is not None and data == splat(b)


def match_node(pattern: Apply, value: Value, bound: Bindings, splat: Splat, keep: frozenset[Value]) -> bool:
    node = value.node
    if node.op.name != pattern.op or len(node.inputs) != len(pattern.args) or node.attrs != pattern.attrs:
        return False
    pairs = zip(pattern.args, node.inputs, strict=True)
    return all(match(arg, operand, bound, splat, keep) for arg, operand in pairs)


def interior(pattern: Apply, value: Value) -> list[Value]:
    """The values below the root that a matched pattern looks through."""
    found = []
    for arg, operand in zip(pattern.args, value.node.inputs, strict=True):
        if isinstance(arg, Apply):
            found.append(operand)
            found.extend(interior(arg, operand))
    return found


# ---------------------------------------------------------------- building


def build(pattern: Pattern, bound: Mapping[str, Value | Constant], b: Builder, dtype: DType) -> Value:
    """The value of a pattern; `dtype` is that of a lone number."""
    made = _build(pattern, bound, b)
    if isinstance(made, Term):
        return made.value
    return b.constant(made) if isinstance(made, Constant) else b.number(made, dtype)


def _build(pattern: Pattern, bound: Mapping[str, Value | Constant], b: Builder) -> Term | Constant | bool | int | float:
    match pattern:
        case Number(value=value):
            return value
        case Name(name=name):
            found = bound[name]
            return found if isinstance(found, Constant) else b.term(found)
    args = [_build(arg, bound, b) for arg in pattern.args]
    data = next((a for a in args if isinstance(a, Constant)), None)
    if data is not None and not any(isinstance(a, Term) for a in args):
        return _computed(pattern, args, data.dtype, b)
    terms = [b.term(b.constant(a)) if isinstance(a, Constant) else a for a in args]
    return b.apply(pattern.op, *terms, *pattern.attrs)  # type: ignore[no-any-return]


def _computed(pattern: Apply, args: list[Any], dtype: DType, b: Builder) -> Constant:
    """An op on constants: of their dtype."""
    arrays = [a.array if isinstance(a, Constant) else np.asarray(a, dtype.numpy) for a in args]
    with np.errstate(all="ignore"):
        result = b.catalogue[pattern.op].evaluate(*arrays, *pattern.attrs)
    return Constant(np.asarray(result, dtype.numpy), dtype)
