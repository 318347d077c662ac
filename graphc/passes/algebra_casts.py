"""Rules about casts, which patterns can't say: two casts in one, and comparisons of a boolean that became a number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value
from graphc.ir.types import BOOL, F32, DType, concrete
from graphc.passes import rewriting
from graphc.passes.rewriting import Sweep

_MANTISSA = {32: 24, 64: 53}  # bits of integers that a float holds exactly
ROUNDED_ONCE = ("add", "subtract", "multiply", "divide", "sqrt")  # IEEE 754: the exact result, rounded


def lossless(source: DType, target: DType) -> bool:
    """Does every value of `source` have its exact like in `target`?"""
    if source is target:
        return True
    if source.weak or target.weak or "s" in (source.kind, target.kind) or target is BOOL:
        return False
    if source is BOOL:
        return True
    if source.is_float:
        return target.is_float and source.bits <= target.bits
    needed = source.bits - (source.kind == "i")
    if target.is_float:
        return source.bits <= _MANTISSA[target.bits]
    if target.kind == "u":
        return source.kind == "u" and source.bits <= target.bits
    return needed <= target.bits - 1


def mergeable(source: DType, between: DType, target: DType) -> bool:
    """Is `target(between(x))` always `target(x)`?  Floats become integers only within their range: left alone."""
    if between.weak or target.weak or not lossless(source, between):
        return False
    all_whole = not (source.is_float or between.is_float or target.is_float) and target is not BOOL
    return all_whole or lossless(source, target) or (target.is_float and not source.weak)


def cast_of_cast(sweep: Sweep, node: Node) -> Value | None:
    """`target(between(x)) -> target(x)` where the step between loses nothing, and `T(x) -> x` of a T."""
    value = node.inputs[0]
    target = node.attrs[0]
    if value.type.dtype is target:
        return value
    inner = value.node
    if inner.op is not node.op or value in sweep.context.keep:
        return None
    source = inner.inputs[0].type.dtype
    if not mergeable(source, value.type.dtype, target):
        return None
    sweep.builder.origin = node.origin
    return sweep.builder.cast(inner.inputs[0], target)


def narrowed(sweep: Sweep, node: Node) -> Value | None:
    """`f32(f64(a) / f64(b)) -> f32(a) / f32(b)` of operands that f32 holds exactly, and the same of `+ - * sqrt`.

    Rounding to f64 and then to f32 is rounding to f32 once, as 53 >= 2 * 24 + 2 (S. A. Figueroa, "When is double
    rounding innocuous?", 1995); a subnormal result has fewer digits, which only widens the gap.  One operation alone:
    the result of two isn't exact between them.
    """
    value = node.inputs[0]
    inner = value.node
    if node.attrs[0] is not F32 or inner.op.name not in ROUNDED_ONCE or concrete(value.type.dtype).bits != 64:
        return None
    if not value.type.dtype.is_float or sweep.uses.get(value, 0) != 1 or value in sweep.context.keep:
        return None
    sources = [_exact_in_f32(sweep, v) for v in inner.inputs]
    if None in sources:
        return None
    b = sweep.builder
    b.origin = inner.origin
    operands = [b.constant(s) if isinstance(s, Constant) else b.cast(s, F32) for s in sources if s is not None]
    return b.emit(inner.op, tuple(operands), inner.attrs).results[0]


def _exact_in_f32(sweep: Sweep, value: Value) -> Value | Constant | None:
    """What an operand was before it became an f64, or the constant that it is, if f32 has exactly its values."""
    node = value.node
    if value in sweep.context.keep:
        return None
    if len(node.attrs) == 1 and not node.inputs and isinstance(node.attrs[0], Constant):
        array = node.attrs[0].array
        with np.errstate(all="ignore"):
            short = array.astype(np.float32)
        return Constant(short, F32) if np.array_equal(short.astype(array.dtype), array) else None
    if node.op.name != "cast" or not lossless(node.inputs[0].type.dtype, F32):
        return None
    return node.inputs[0]


def not_equal_to_zero(sweep: Sweep, node: Node) -> Value | None:
    """`i64(p) != 0 -> p` of a boolean p."""
    return _boolean_behind(sweep, node)


def equal_to_zero(sweep: Sweep, node: Node) -> Value | None:
    """`i64(p) == 0 -> not p` of a boolean p."""
    condition = _boolean_behind(sweep, node)
    if condition is None:
        return None
    sweep.builder.origin = node.origin
    return sweep.builder.value_of("logical_not", sweep.builder.term(condition))


def _boolean_behind(sweep: Sweep, node: Node) -> Value | None:
    """The boolean that the left operand was, if the right one is 0."""
    left, right = node.inputs
    zero = right.node.attrs[0] if not right.node.inputs and len(right.node.attrs) == 1 else None
    if not isinstance(zero, Constant) or zero.array.ndim or zero.array[()] != 0 or right in sweep.context.keep:
        return None
    inner = left.node
    if inner.op.name != "cast" or left in sweep.context.keep or inner.inputs[0].type.dtype is not BOOL:
        return None
    return inner.inputs[0]


CAST_RULES: Mapping[str, rewriting.Rule] = {
    "cast": cast_of_cast,
    "not_equal": not_equal_to_zero,
    "equal": equal_to_zero,
}
