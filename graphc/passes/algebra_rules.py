"""The rules of algebra: an equation each, and how true it is of floating-point numbers.

    "exact"         the same bits (which NaN aside), so that it always holds
    "reassociates"  the same real number, rounded otherwise or elsewhere
    "finite_only"   the same for finite numbers, up to the sign of zero; NaN and infinities may be lost

A rule never makes a graph costlier: where its right side has more than one op, as many values must die on the left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from graphc.ir.types import ANY, BOOLS, FLOATS, INTS, NUMBERS, SIGNED, DType
from graphc.passes.algebra_patterns import Apply, Pattern, operations, parse_equation

Exactness: TypeAlias = Literal["exact", "reassociates", "finite_only"]

COMMUTATIVE = (
    "add",
    "multiply",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
    "bit_and",
    "bit_or",
    "bit_xor",
)  # not `maximum`, which of two zeros gives the second


@dataclass(frozen=True, slots=True)
class Rule:
    """`equation`: see `algebra_patterns`.  `dtypes`: those of the last operand that it is true for.

    `when`: what the constants `c`, `d` must be, as NumPy scalars in order.  `tidies`: no simplification, only the
    order in which people write.
    """

    equation: str
    ieee: Exactness
    dtypes: frozenset[DType]
    when: Callable[..., bool] | None = None
    tidies: bool = False
    left: Apply = field(init=False, compare=False)
    right: Pattern = field(init=False, compare=False)
    cost: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        left, right = parse_equation(self.equation)
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "right", right)
        object.__setattr__(self, "cost", operations(right))


# ---------------------------------------------------------------- conditions on constants


def negative(c: Any) -> bool:
    """Less than zero, and not the lowest integer, which has no opposite."""
    return bool(c < 0) and bool(-c > 0)


def has_opposite(c: Any) -> bool:
    return bool(c == c) and (isinstance(c, int | np.floating) or bool(c == 0) or bool((c > 0) != (-c > 0)))


def power_of_two(c: Any) -> bool:
    """Its reciprocal is exact, and no subnormal, which processors may be slow with."""
    mantissa, _ = np.frexp(c)
    limits = np.finfo(c.dtype)
    return bool(abs(mantissa) == 0.5) and bool(limits.tiny <= abs(1 / c) <= limits.max) and bool(abs(c) >= limits.tiny)


def plain(x: Any) -> bool:
    """Zero, or neither infinite nor subnormal."""
    return bool(x == 0) or bool(np.finfo(x.dtype).tiny <= abs(x) <= np.finfo(x.dtype).max)


def finite(*constants: Any) -> bool:
    """They and their sum, difference and product."""
    total, *rest = constants
    for c in rest:
        if not (plain(total + c) and plain(total - c)):
            return False
        total = total * c
    return plain(total) and all(map(plain, constants))


def divisible(*constants: Any) -> bool:
    """The last one has a reciprocal, and the quotient by it is as good."""
    divisor = constants[-1]
    return divisor != 0 and plain(1 / divisor) and plain(constants[0] / divisor) and finite(*constants)


# ---------------------------------------------------------------- exact


def exact(dtypes: frozenset[DType], *equations: str, when: Callable[..., bool] | None = None) -> tuple[Rule, ...]:
    return tuple(Rule(e, "exact", dtypes, when) for e in equations)


NEUTRAL = (
    *exact(NUMBERS, "x * 1 -> x", "1 * x -> x", "x ** 1 -> x", "x ** 0 -> 1"),
    *exact(FLOATS, "x / 1 -> x", "x / -1 -> -x", "x - 0.0 -> x", "x + -0.0 -> x", "-0.0 + x -> x", "-0.0 - x -> -x"),
    *exact(INTS, "x + 0 -> x", "0 + x -> x", "x - 0 -> x", "0 - x -> -x", "x // 1 -> x"),
    *exact(INTS, "x * 0 -> 0", "0 * x -> 0", "x - x -> 0"),
    *exact(FLOATS | SIGNED, "x * -1 -> -x", "-1 * x -> -x"),
)

SIGNS = (
    *exact(NUMBERS, "--x -> x", "x + -y -> x - y", "-x + y -> y - x", "x - -y -> x + y", "-x * -y -> x * y"),
    *exact(FLOATS, "-x / -y -> x / y", "-(x / c) -> x / -c", "-x / c -> x / -c"),
    *exact(FLOATS | SIGNED, "-(c * x) -> -c * x", "c * -x -> -c * x", when=has_opposite),
    *exact(FLOATS | SIGNED, "x + c -> x - -c", "c + v -> v - -c", "x - c -> x + -c", when=negative),
    *exact(FLOATS | SIGNED, "x + c * y -> x - -c * y", "x - c * y -> x + -c * y", when=negative),
    *exact(NUMBERS, "-x * y -> -(x * y)", "x * -y -> -(x * y)"),
    *exact(FLOATS, "-x / y -> -(x / y)", "x / -y -> -(x / y)"),
    *exact(INTS, "-(x - y) -> y - x"),
    *exact(FLOATS | SIGNED, "abs(-x) -> abs(x)"),
    *exact(NUMBERS, "abs(abs(x)) -> abs(x)", "(-x) ** 2 -> x ** 2", "abs(x) ** 2 -> x ** 2"),
)

PRODUCTS = (
    *exact(NUMBERS, "x + x -> 2 * x"),
    *exact(INTS, "c * (d * x) -> (c * d) * x"),
    *exact(INTS, "c * x + d * x -> (c + d) * x", "c * x - d * x -> (c - d) * x"),
    *exact(INTS, "(x + c) + d -> x + (c + d)", "(x - c) - d -> x - (c + d)"),
    *exact(FLOATS, "x / c -> (1 / c) * x", when=power_of_two),
    Rule("v * c -> c * v", "exact", NUMBERS, tidies=True),
)

CHOICES = (
    *exact(ANY, "where(true, x, y) -> x", "where(false, x, y) -> y", "where(p, x, x) -> x"),
    *exact(ANY, "where(not p, x, y) -> where(p, y, x)"),
    *exact(NUMBERS, "maximum(x, x) -> x", "minimum(x, x) -> x"),
    *exact(BOOLS, "not not p -> p", "p and p -> p", "p or p -> p", "where(p, true, false) -> p"),
    *exact(BOOLS, "p and true -> p", "true and p -> p", "p and false -> false", "false and p -> false"),
    *exact(BOOLS, "p or true -> true", "true or p -> true", "p or false -> p", "false or p -> p"),
    *exact(BOOLS, "p == true -> p", "p != false -> p", "p == false -> not p", "p != true -> not p"),
    *exact(ANY, "where(p, where(p, x, y), z) -> where(p, x, z)", "where(p, x, where(p, y, z)) -> where(p, x, z)"),
)

COMPARISONS = (
    Rule("not (x == y) -> x != y", "exact", BOOLS),
    Rule("not (x != y) -> x == y", "exact", BOOLS),
    *exact(INTS, "x == x -> true", "x != x -> false", "x < x -> false", "x <= x -> true"),
    *exact(INTS, "x > x -> false", "x >= x -> true"),
    *exact(FLOATS, "x < x -> false", "x > x -> false"),
)

# ---------------------------------------------------------------- with --fast-math


def reassociates(*equations: str, when: Callable[..., bool] | None = None) -> tuple[Rule, ...]:
    return tuple(Rule(e, "reassociates", FLOATS, when) for e in equations)


def finite_only(*equations: str, when: Callable[..., bool] | None = None) -> tuple[Rule, ...]:
    return tuple(Rule(e, "finite_only", FLOATS, when) for e in equations)


REASSOCIATING = (
    *reassociates("c * (d * x) -> (c * d) * x", "c * (d / x) -> (c * d) / x", when=finite),
    *reassociates("c * x + d * x -> (c + d) * x", "c * x - d * x -> (c - d) * x", when=finite),
    *reassociates("c * x + x -> (c + 1) * x", "x + c * x -> (1 + c) * x", "x - c * x -> (1 - c) * x", when=finite),
    *reassociates("x / c -> (1 / c) * x", "c * (x / d) -> (c / d) * x", when=divisible),
    *reassociates("(c * x) / d -> (c / d) * x", when=divisible),
    *reassociates("(x + c) + d -> x + (c + d)", "(x - c) - d -> x - (c + d)", when=finite),
    *reassociates("x * y + x * z -> x * (y + z)", "x * y - x * z -> x * (y - z)"),
    *reassociates("x / y * y -> x", "sqrt(x) ** 2 -> x", "log(exp(x)) -> x", "exp(log(x)) -> x"),
)

FINITE = (
    *finite_only("x * 0 -> 0", "0 * x -> 0", "x - x -> 0", "0 / x -> 0", "x / x -> 1"),
    *finite_only("x + 0.0 -> x", "0.0 + x -> x", "0.0 - x -> -x", "-(x - y) -> y - x", "x == x -> true"),
    *finite_only("x <= x -> true", "x >= x -> true", "x != x -> false"),
)

RULES: tuple[Rule, ...] = (
    *NEUTRAL,
    *SIGNS,
    *PRODUCTS,
    *CHOICES,
    *COMPARISONS,
    *REASSOCIATING,
    *FINITE,
)
