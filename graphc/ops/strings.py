"""Strings: joined, measured, changed, and made of numbers.  Elementwise; none has a derivative.

Arrays of strings are NumPy arrays of Python's `str`; a single one may come as a bare `str`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir.literal import dtype_of, format_number
from graphc.ir.op import CALL, Attribute, Domain, Elementwise, EvaluationError, NotDifferentiable, Operand, Param
from graphc.ir.types import ELEMENTS, I64, STR, STRINGS, Array, DType

MAX_CHARACTERS = 2**28  # of one result; more is a program gone wrong, and would take the machine's memory


def _stringly(
    name: str,
    params: tuple[Param, ...],
    doc: str,
    *,
    evaluate: Callable[..., Any],
    result: DType,
) -> Elementwise:
    """A record called by its name, on strings or giving them."""
    return Elementwise(
        name=name,
        params=params,
        doc=doc,
        evaluate=evaluate,
        vjp=NotDifferentiable("a string has no derivative" if result is STR else "its result is an integer"),
        mask="pointwise",
        subgradient=None,
        spelling=CALL,
        result=result,
        domain=Domain(((-10.0, 10.0),)),
        keeps_zero=True,
        total=True,
        ulps=0,
    )


def _objects(x: Any) -> Array:
    return np.asarray(x, object)


def _join(xs: Sequence[Any], sep: str) -> Array:
    """Python's `sep.join`, where the operands broadcast."""
    parts = np.broadcast_arrays(*map(_objects, xs))
    if sum(map(_characters, parts)) + parts[0].size * len(sep) * len(parts) > MAX_CHARACTERS:
        raise EvaluationError("E0902", f"the joined strings would have more than {MAX_CHARACTERS:,} characters")
    joined = np.empty(parts[0].shape, object)
    joined.reshape(-1)[:] = [sep.join(items) for items in zip(*[p.reshape(-1).tolist() for p in parts], strict=True)]
    return joined


def _characters(x: Array) -> int:
    """How many there are in all; an element that is broadcast counts as often as it is repeated."""
    if x.size and not any(x.strides):
        return x.size * len(x.item(0))
    return sum(map(len, x.reshape(-1).tolist()))


join = _stringly(
    "join",
    (Operand("xs", STRINGS, variadic=True), Attribute("sep", "string", "")),
    """Strings one after the other, with `sep` between them: `join(a, b, sep=" ")`.

    The operands broadcast; `a + b` is `join(a, b)`.""",
    evaluate=_join,
    result=STR,
)


def _each(function: Callable[[str], Any], dtype: DType) -> Callable[[Any], Array]:
    def evaluate(x: Any) -> Array:
        given = _objects(x)
        made = np.empty(given.shape, dtype.numpy)
        made.reshape(-1)[:] = [function(item) for item in given.reshape(-1).tolist()]
        return made

    return evaluate


X = (Operand("x", STRINGS),)

length = _stringly(
    "length", X, "The number of characters (Unicode code points), as i64.", evaluate=_each(len, I64), result=I64
)
upper = _stringly("upper", X, "In capital letters.", evaluate=_each(str.upper, STR), result=STR)
lower = _stringly("lower", X, "In small letters.", evaluate=_each(str.lower, STR), result=STR)


def _format(x: Any) -> Array:
    given = np.asarray(x)
    dtype = dtype_of(given)
    made = np.empty(given.shape, object)
    items = given.reshape(-1)
    made.reshape(-1)[:] = [str(v) if dtype is STR else format_number(v, dtype) for v in items]
    return made


format_ = _stringly(
    "format",
    (Operand("x", ELEMENTS),),
    """A number or boolean as text, as `print` writes it: the shortest that reads back to the same bits.

    A string stays what it is.""",
    evaluate=_format,
    result=STR,
)

RECORDS = (join, length, upper, lower, format_)
