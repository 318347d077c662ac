"""Dimensions: integer polynomials over symbols, floor divisions, minima and maxima.

In: sizes written in a program (`n`, `2*k+1`) and the arithmetic that shape inference does on them.  Out: a `Dim`, a
plain int when it is constant and else a `Poly` in normal form, so that `==` is the language's equality of types.  Shape
rules, types, guards and the binding of sizes at run time use it.  The data is in `polynomial`, comparisons are in
`dim_bounds`; both are imported from here.

A symbol stands for an integer >= 0, so that `n*k//k` stays as it is: k may be 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from graphc.ir.dim_bounds import at_least, bounds, decide_eq, decide_le, decide_lt, extreme_interval, quotient_interval
from graphc.ir.polynomial import (
    Atom,
    Dim,
    FloorDiv,
    Max,
    Min,
    Poly,
    Symbol,
    coefficients,
    collect,
    dim_of_atom,
    exact_quotient,
    linear_atoms,
    operand_text,
    power,
    product,
    symbol,
)

__all__ = [
    "Atom", "Dim", "FloorDiv", "Guard", "Max", "Min", "Poly", "Relation", "Symbol", "bounds", "ceildiv",
    "decide_eq", "decide_le", "decide_lt", "dim_max", "dim_min", "evaluate", "floordiv", "mod", "power",
    "product", "substitute", "symbol", "symbols", "symbols_in_order",
]  # fmt: skip


def floordiv(a: Dim, b: Dim) -> Dim:
    """`a // b` rounded towards minus infinity; ZeroDivisionError if `b` is the constant 0."""
    if isinstance(b, int):
        if isinstance(a, int):
            return a // b
        if b == 0:
            raise ZeroDivisionError(f"({a}) // 0")
        return _divide_constant(a, b) if b > 0 else _divide_constant(-a, -b)
    low, high = bounds(b)
    if high is not None and high < 0:
        return floordiv(-a, -b)
    common = math.gcd(*coefficients(a), *coefficients(b))
    if common > 1:
        return floordiv(_scale_down(a, common), _scale_down(b, common))
    if low is not None and low > 0:
        quotient = exact_quotient(a, b)
        if quotient is not None:
            return quotient
        if decide_le(0, a) and decide_lt(a, b):
            return 0
    return dim_of_atom(FloorDiv(a, b, quotient_interval(a, b)))


def mod(a: Dim, b: Dim) -> Dim:
    """`a - b * (a // b)`, with the sign of `b`."""
    return a % b if isinstance(a, int) and isinstance(b, int) else a - b * floordiv(a, b)


def ceildiv(a: Dim, b: Dim) -> Dim:
    """`a / b` rounded up, for a positive `b`."""
    return -(-a // b) if isinstance(a, int) and isinstance(b, int) else floordiv(a + b - 1, b)


def dim_min(*dims: Dim) -> Dim:
    """The least of one or more dimensions."""
    return _extreme(Min, dims)


def dim_max(*dims: Dim) -> Dim:
    """The greatest of one or more dimensions."""
    return _extreme(Max, dims)


def _scale_down(dim: Dim, divisor: int) -> Dim:
    """Every coefficient floor-divided by a positive constant."""
    return dim // divisor if isinstance(dim, int) else collect((m, c // divisor) for m, c in dim.terms)


def _divide_constant(a: Poly, divisor: int) -> Dim:
    """`a // divisor` for a positive divisor.  The dividend that remains has coefficients in 0 … divisor-1."""
    common = math.gcd(divisor, *(c for m, c in a.terms if m))
    if common > 1:  # (4*n+3) // 6 = (2*n+1) // 3: flooring twice is flooring once
        reduced = _scale_down(a, common)
        return floordiv(reduced, divisor // common)
    whole = _scale_down(a, divisor)
    rest = a - divisor * whole
    low, high = bounds(rest)
    if low is not None and high is not None and low // divisor == high // divisor:
        return whole + low // divisor
    assert isinstance(rest, Poly)
    nested = [x for x, c in linear_atoms(rest) if c == 1 and isinstance(x, FloorDiv) and isinstance(x.right, int)]
    if len(nested) == 1:  # (k + n//2) // 3 = (2*k+n) // 6
        (inner,) = nested
        assert isinstance(inner.right, int)
        return whole + floordiv((rest - dim_of_atom(inner)) * inner.right + inner.left, divisor * inner.right)
    for kind in (Min, Max):  # division by a positive constant is monotone
        spread = _spread(kind, rest)
        if len(spread) > 1:
            return whole + _extreme(kind, [floordiv(d, divisor) for d in spread])
    return whole + dim_of_atom(FloorDiv(rest, divisor, quotient_interval(rest, divisor)))


def _extreme(kind: type[Min] | type[Max], dims: Sequence[Dim]) -> Dim:
    """The least or greatest: those never needed left out, nested ones flattened, sorted."""
    constants = [d for d in dims if isinstance(d, int)]
    if len(constants) == len(dims):
        return min(constants) if kind is Min else max(constants)
    needed = _needed(kind, dims)
    if len(needed) > 1:  # else as it was written: max(min(n, 3)+1, 0) = min(n, 3)+1
        parts = [part for dim in needed for part in _spread(kind, dim)]
        needed = _needed(kind, parts) if len(parts) > len(needed) else needed
    return needed[0] if len(needed) == 1 else dim_of_atom(kind(tuple(needed), extreme_interval(kind, needed)))


def _needed(kind: type[Min] | type[Max], dims: Iterable[Dim]) -> list[Dim]:
    """Without those that others make redundant; sorted, constants last."""
    kept: list[Dim] = []
    for dim in sorted(dict.fromkeys(dims), key=lambda d: (isinstance(d, int), str(d))):
        if not any(_covers(kind, other, dim) for other in kept):
            kept = [other for other in kept if not _covers(kind, dim, other)] + [dim]
    return kept


def _covers(kind: type[Min] | type[Max], a: Dim, b: Dim) -> bool:
    """Is `b` redundant beside `a`?"""
    return at_least(b - a if kind is Min else a - b, 0)


def _spread(kind: type[Min] | type[Max], dim: Dim) -> list[Dim]:
    """The dimensions whose least (greatest) `dim` is: k + min(n, 3) gives k+n and k+3, and so does k - max(-n, -3)."""
    if isinstance(dim, int):
        return [dim]
    same = [
        (a, c) for a, c in linear_atoms(dim) if isinstance(a, Min | Max) and c == (1 if isinstance(a, kind) else -1)
    ]
    if len(same) != 1:
        return [dim]
    atom, sign = same[0]
    assert isinstance(atom, Min | Max)
    rest = dim - sign * dim_of_atom(atom)
    return [d for arg in atom.args for d in _spread(kind, rest + sign * arg)]


def symbols(d: Dim) -> frozenset[str]:
    return frozenset() if isinstance(d, int) else d.symbols


def symbols_in_order(d: Dim) -> tuple[str, ...]:
    """The names alphabetically."""
    return () if isinstance(d, int) else tuple(sorted(d.symbols))


def substitute(d: Dim, env: Mapping[str, Dim]) -> Dim:
    """`d` with symbols replaced, all at once; those not in `env` stay."""
    if isinstance(d, int) or not any(name in env for name in d.symbols):
        return d
    total: Dim = 0
    for monomial, c in d.terms:
        total = total + product((c, *(power(_substitute_atom(a, env), e) for a, e in monomial)))
    return total


def _substitute_atom(atom: Atom, env: Mapping[str, Dim]) -> Dim:
    match atom:
        case Symbol(name):
            return env[name] if name in env else dim_of_atom(atom)
        case FloorDiv(left, right):
            return floordiv(substitute(left, env), substitute(right, env))
        case Min(args):
            return dim_min(*(substitute(d, env) for d in args))
        case Max(args):
            return dim_max(*(substitute(d, env) for d in args))
        case _:
            assert_never(atom)


def evaluate(d: Dim, env: Mapping[str, int]) -> int:
    """The value.  KeyError with the name of a symbol that is missing; ZeroDivisionError for a division by 0."""
    if isinstance(d, int):
        return d
    return sum(c * math.prod(_evaluate_atom(a, env) ** e for a, e in m) for m, c in d.terms)


def _evaluate_atom(atom: Atom, env: Mapping[str, int]) -> int:
    match atom:
        case Symbol(name):
            return env[name]
        case FloorDiv(left, right):
            return evaluate(left, env) // evaluate(right, env)
        case Min(args):
            return min(evaluate(d, env) for d in args)
        case Max(args):
            return max(evaluate(d, env) for d in args)
        case _:
            assert_never(atom)


Relation: TypeAlias = Literal["==", "<=", "<", "divides"]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold of the sizes and could not be decided before they are known.  "divides": right % left == 0."""

    left: Dim
    relation: Relation
    right: Dim

    def holds(self, env: Mapping[str, int]) -> bool:
        """For these sizes; KeyError with the name of a symbol that is missing."""
        left, right = evaluate(self.left, env), evaluate(self.right, env)
        match self.relation:
            case "==":
                return left == right
            case "<=":
                return left <= right
            case "<":
                return left < right
            case "divides":
                return right % left == 0 if left else right == 0

    def __str__(self) -> str:
        if self.relation == "divides":
            return f"{operand_text(self.right)} % {operand_text(self.left)} == 0"
        return f"{self.left} {self.relation} {self.right}"
