"""Arithmetic on numbers and sizes that are known at compile time.

Integers are unbounded (up to a size), floats are f64, sizes are dimension polynomials.  What has no exact answer here
(an overflow, a division by zero, a fraction of a size) gives None: then the graph computes it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from graphc.ir.dims import Poly, floordiv, mod, power
from graphc.ir.types import MAX_INTEGER_BITS

Number = bool | int | float | Poly


class TooLarge(Exception):
    """An integer has more than `MAX_INTEGER_BITS` bits."""


def _divide(a: Number, b: Number) -> Number | None:
    return None if isinstance(a, Poly) or isinstance(b, Poly) else a / b


def _floor_divide(a: Number, b: Number) -> Number | None:
    if isinstance(a, Poly) or isinstance(b, Poly):
        return floordiv(a, b) if isinstance(a, int | Poly) and isinstance(b, int | Poly) else None
    return a // b


def _remainder(a: Number, b: Number) -> Number | None:
    if isinstance(a, Poly) or isinstance(b, Poly):
        return mod(a, b) if isinstance(a, int | Poly) and isinstance(b, int | Poly) else None
    return a % b


def _power(a: Number, b: Number) -> Number | None:
    if isinstance(a, Poly):
        return power(a, b) if isinstance(b, int) and 0 <= b <= 64 else None
    if isinstance(b, Poly):
        return None
    if isinstance(a, int) and isinstance(b, int):
        if b < 0:
            return float(a) ** b
        if abs(a) > 1 and b * (abs(a).bit_length() - 1) > MAX_INTEGER_BITS:
            raise TooLarge
        return int(a**b)
    result: Any = a**b
    return result if isinstance(result, float) else None


def _compare(relation: Callable[[Any, Any], Any]) -> Callable[[Number, Number], Number | None]:
    def compare(a: Number, b: Number) -> Number | None:
        return None if isinstance(a, Poly) or isinstance(b, Poly) else bool(relation(a, b))

    return compare


_ARITHMETIC: Mapping[str, Callable[..., Number | None]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _divide,
    "floor_divide": _floor_divide,
    "remainder": _remainder,
    "pow": _power,
    "integer_pow": _power,
    "negative": operator.neg,
}
_COMPARISONS: Mapping[str, Callable[..., Number | None]] = {
    "equal": _compare(operator.eq),
    "not_equal": _compare(operator.ne),
    "less": _compare(operator.lt),
    "less_equal": _compare(operator.le),
    "greater": _compare(operator.gt),
    "greater_equal": _compare(operator.ge),
}
_LOGIC: Mapping[str, Callable[..., Number | None]] = {
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    "logical_not": lambda a: not a,
}


def compute(name: str, operands: tuple[Number, ...]) -> Number | None:
    """The number that op `name` gives, or None if the graph has to compute it.  Raises TooLarge."""
    booleans = [isinstance(x, bool) for x in operands]
    if name in _LOGIC:
        return _LOGIC[name](*operands) if all(booleans) else None
    if any(booleans):
        return None
    if any(isinstance(x, Poly) for x in operands) and any(isinstance(x, float) for x in operands):
        return None
    rule = _COMPARISONS.get(name) or _ARITHMETIC.get(name)
    if rule is None:
        return None
    try:
        result = rule(*operands)
    except (OverflowError, ZeroDivisionError):
        return None
    if isinstance(result, int) and result.bit_length() > MAX_INTEGER_BITS:
        raise TooLarge
    if isinstance(result, float) and not math.isfinite(result):
        return None
    return result
