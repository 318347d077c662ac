"""Rules about casts, which patterns can't say: two casts in one, and comparisons of a boolean that became a number."""

from __future__ import annotations

from collections.abc import Mapping

from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value
from graphc.ir.types import BOOL, DType
from graphc.passes import rewriting
from graphc.passes.rewriting import Sweep

_MANTISSA = {32: 24, 64: 53}  # bits of integers that a float holds exactly


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
