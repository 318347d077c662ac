"""Comparisons, logic, bits and selection.  Elementwise."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.op import (
    CALL,
    Domain,
    Elementwise,
    EvaluationError,
    Infix,
    Masked,
    NotDifferentiable,
    Operand,
    Prefix,
    Spelling,
)
from graphc.ir.types import BOOL, BOOLS, ELEMENTS, FLOATS, INTS, NUMBERS, STRINGS, DType

Numbers: TypeAlias = npt.NDArray[Any]  # `Any`, so that it has operators
ANYWHERE = (-10.0, 10.0)
BOOLEAN = NotDifferentiable("its result is a boolean")
INTEGER = NotDifferentiable("its result is an integer")
ORDERED = NUMBERS | STRINGS  # strings by their code points


def _discrete(
    name: str,
    names: str,
    accepts: frozenset[DType],
    *,
    doc: str,
    evaluate: Any,
    vjp: NotDifferentiable,
    spelling: Spelling,
    result: DType | None,
    total: bool,
) -> Elementwise:
    """An op without derivatives; `names` are those of its operands."""
    operands = tuple(Operand(n, accepts) for n in names)
    return Elementwise(
        name=name,
        params=operands,
        doc=doc,
        evaluate=evaluate,
        vjp=vjp,
        mask="pointwise",
        subgradient=None,
        spelling=spelling,
        result=result,
        domain=Domain((ANYWHERE,) * len(operands)),
        keeps_zero=True,
        total=total,
        ulps=0,
    )


def _comparison(name: str, symbol: str, accepts: frozenset[DType], doc: str, ufunc: Any) -> Elementwise:
    spelling = Infix(symbol, 40)
    return _discrete(
        name, "xy", accepts, doc=doc, evaluate=ufunc, vjp=BOOLEAN, spelling=spelling, result=BOOL, total=True
    )


equal = _comparison("equal", "==", ELEMENTS, "Whether they are equal.  NaN equals nothing.", np.equal)
not_equal = _comparison("not_equal", "!=", ELEMENTS, "Whether they differ.  NaN differs from everything.", np.not_equal)
less = _comparison("less", "<", ORDERED, "Whether `x` is less than `y`.", np.less)
less_equal = _comparison("less_equal", "<=", ORDERED, "Whether `x` is at most `y`.", np.less_equal)
greater = _comparison("greater", ">", ORDERED, "Whether `x` is greater than `y`.", np.greater)
greater_equal = _comparison("greater_equal", ">=", ORDERED, "Whether `x` is at least `y`.", np.greater_equal)


def _logical(name: str, names: str, spelling: Spelling, doc: str, ufunc: Any) -> Elementwise:
    return _discrete(
        name, names, BOOLS, doc=doc, evaluate=ufunc, vjp=BOOLEAN, spelling=spelling, result=BOOL, total=True
    )


logical_and = _logical(
    "logical_and",
    "xy",
    Infix("and", 20, decided_by=False),
    """Both.

    Written `x and y`, with a number `x` and a `y` that takes more than names, literals, operators and elementwise
    functions which always have a result, it is `y if x else false`: `i < n and x[i] > 0` reads no element that isn't
    there.  `logical_and(x, y)` computes both.""",
    np.logical_and,
)
logical_or = _logical(
    "logical_or",
    "xy",
    Infix("or", 10, decided_by=True),
    "Either, or both.  Written `x or y`, it leaves `y` alone where `x and y` would if `x` held; see `logical_and`.",
    np.logical_or,
)
logical_not = _logical("logical_not", "x", Prefix("not", 25), "The opposite.", np.logical_not)
logical_xor = _logical("logical_xor", "xy", CALL, "Either, but not both.", np.logical_xor)


def _on_bits(name: str, names: str, doc: str, evaluate: Any, *, total: bool = True) -> Elementwise:
    return _discrete(
        name, names, INTS, doc=doc, evaluate=evaluate, vjp=INTEGER, spelling=CALL, result=None, total=total
    )


def _refuse_negative(y: Numbers) -> Numbers:
    counts = np.asarray(y)
    if counts.dtype.kind != "u" and np.any(counts < 0):
        raise EvaluationError("E0608", "a shift by a negative number of bits")
    return counts


def _shift_left(x: Numbers, y: Numbers) -> Numbers:
    return np.left_shift(x, _refuse_negative(y))


def _shift_right(x: Numbers, y: Numbers) -> Numbers:
    return np.right_shift(x, _refuse_negative(y))


bit_and = _on_bits("bit_and", "xy", "The bits that are set in both.", np.bitwise_and)
bit_or = _on_bits("bit_or", "xy", "The bits that are set in either.", np.bitwise_or)
bit_xor = _on_bits("bit_xor", "xy", "The bits that differ.", np.bitwise_xor)
bit_not = _on_bits("bit_not", "x", "All bits inverted; `-x - 1` of a signed integer.", np.invert)
shift_left = _on_bits(
    "shift_left",
    "xy",
    "`x * 2 ** y`; bits beyond the width are lost.  A negative `y` is an error.",
    _shift_left,
    total=False,
)
shift_right = _on_bits(
    "shift_right",
    "xy",
    "`x // 2 ** y`, also of negative numbers.  A negative `y` is an error.",
    _shift_right,
    total=False,
)


def _test(name: str, doc: str, ufunc: Any) -> Elementwise:
    return _discrete(name, "x", FLOATS, doc=doc, evaluate=ufunc, vjp=BOOLEAN, spelling=CALL, result=BOOL, total=True)


isnan = _test("isnan", "Whether it is NaN.", np.isnan)
isinf = _test("isinf", "Whether it is an infinity, of either sign.", np.isinf)
isfinite = _test("isfinite", "Whether it is neither NaN nor an infinity.", np.isfinite)


def _where_vjp(b: Any, g: Any, z: Any, condition: Any, x: Any, y: Any) -> Any:
    """Each side gets the whole cotangent, masked: never a product with 0, which would keep the other side's NaN."""
    chosen = condition if condition.shape == z.shape else b.broadcast_to(condition, z.shape)
    return None, Masked(g, chosen, clean=False), Masked(g, b.logical_not(chosen), clean=False)


where = Elementwise(
    name="where",
    params=(Operand("condition", BOOLS, group=None), Operand("x", ELEMENTS), Operand("y", ELEMENTS)),
    doc="""`x` where the condition holds, else `y`.

    Both are computed, but the one that isn't chosen takes no part in the derivative: no NaN of it gets there.""",
    evaluate=np.where,
    vjp=_where_vjp,
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain((ANYWHERE, ANYWHERE, ANYWHERE)),
    keeps_zero=True,
    total=True,
    ulps=0,
)

RECORDS = (
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    logical_not,
    logical_xor,
    bit_and,
    bit_or,
    bit_xor,
    bit_not,
    shift_left,
    shift_right,
    isnan,
    isinf,
    isfinite,
    where,
)
