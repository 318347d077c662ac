"""What can be said of dimensions without knowing sizes: bounds, and comparisons for guards.

In: dimensions.  Out: constants they never fall below or exceed, and True, False or None (not decided).  What is said
holds for all values of the symbols (integers >= 0) for which no division is by zero.  Everybody but `dims` imports it
from there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from graphc.ir.polynomial import (
    Atom,
    Dim,
    FloorDiv,
    Interval,
    Max,
    Min,
    Monomial,
    Poly,
    Symbol,
    dim_of_term,
    lone_atom,
    monomial_quotient,
    power,
)

_FUEL = 64  # how many alternatives the search for a lower bound may look at


def decide_le(a: Dim, b: Dim) -> bool | None:
    """Does `a <= b` hold for all values of the symbols (True), for none (False), or can't it be told (None)?"""
    if isinstance(a, int) and isinstance(b, int):
        return a <= b
    if at_least(b - a, 0):
        return True
    return False if at_least(a - b, 1) else None


def decide_lt(a: Dim, b: Dim) -> bool | None:
    return decide_le(a + 1, b)


def decide_eq(a: Dim, b: Dim) -> bool | None:
    """For guards.  Equality of types is `a == b`."""
    difference = a - b
    if isinstance(difference, int):
        return difference == 0
    step = math.gcd(*(c for m, c in difference.terms if m))
    constant = sum(c for m, c in difference.terms if not m)
    low, high = bounds(difference)
    if constant % step or (low is not None and low > 0) or (high is not None and high < 0):
        return False
    return True if low == high == 0 else None


def bounds(d: Dim) -> Interval:
    """A constant that `d` never falls below and one that it never exceeds; None where none was found."""
    if isinstance(d, int):
        return d, d
    high = _lower(-d, _FUEL)
    return _lower(d, _FUEL), None if high is None else -high


def at_least(d: Dim, bound: int) -> bool:
    """Is `d >= bound` known for all values?"""
    low = _lower(d, _FUEL)
    return low is not None and low >= bound


def _known(values: Iterable[int | None]) -> list[int]:
    return [v for v in values if v is not None]


def _least(values: Iterable[int | None]) -> int | None:
    """The least of lower bounds: None if there is one missing."""
    values = tuple(values)
    return None if None in values else min(_known(values))


def _lower(d: Dim, fuel: int) -> int | None:
    """A lower bound: by intervals, or by replacing one atom by what bounds it and looking at the rest."""
    if isinstance(d, int):
        return d
    best = _interval_low(d)
    if fuel <= 0:
        return best
    for atom, all_cases in _replaceable(d):
        found: int | None
        if isinstance(atom, Min | Max):
            lows = [_lower(_replace(d, atom, arg), fuel // len(atom.args)) for arg in atom.args]
            found = _least(lows) if all_cases else max(_known(lows), default=None)
        else:
            relaxed = _relax(d, atom)
            if relaxed is None:
                continue
            scale, below = relaxed
            low = _lower(below, fuel - 1)
            found = None if low is None else -(-low // scale)
        return max(_known((best, found)), default=None)
    return best


def _interval_low(d: Poly) -> int | None:
    """The sum of the lower bounds of the terms."""
    total = 0
    for monomial, c in d.terms:
        low, high = _interval(monomial)
        extreme = low if c > 0 else high
        if extreme is None:
            return None
        total += c * extreme
    return total


def _interval(monomial: Monomial) -> Interval:
    """Bounds of a product; unknown when one of several factors may be negative."""
    if len(monomial) == 1 and monomial[0][1] == 1:
        return monomial[0][0].interval
    low, high = 1, 1
    bounded = True
    for atom, e in monomial:
        least, greatest = atom.interval
        if least is None or least < 0:
            return None, None
        low *= least**e
        high *= (greatest or 0) ** e
        bounded = bounded and greatest is not None
    return low, high if bounded else None


def _replaceable(d: Poly) -> list[tuple[Atom, bool]]:
    """The atoms to try, each with: must all arguments of the minimum or maximum be looked at, or is one enough?

    `d` is at least what it becomes when a minimum with a negative coefficient is replaced by any one argument.  In all
    other cases it equals what it becomes with one of them, so that the least of all bounds holds.  These come first: of
    all cases, each may choose its own argument.  Then the outermost, whose parts may cancel against the rest.
    """
    found = []
    for atom in dict.fromkeys(a for a in d.atoms() if not isinstance(a, Symbol)):
        sign = 0 if isinstance(atom, FloorDiv) else -1 if isinstance(atom, Min) else 1
        one_is_enough = sign != 0 and all(
            c * sign > 0 and _is_linear_in(m, atom) for m, c in d.terms if any(a == atom for a, _ in m)
        )
        found.append((atom, sign != 0 and not one_is_enough))
    return sorted(found, key=lambda entry: (not entry[1], -entry[0].depth, entry[0].text))


def _is_linear_in(monomial: Monomial, atom: Atom) -> bool:
    """Is it the atom times what is never negative?"""
    return all(e == 1 if a == atom else _least((a.interval[0], 0)) == 0 for a, e in monomial)


def _replace(d: Poly, atom: Atom, value: Dim) -> Dim:
    total: Dim = 0
    for monomial, c in d.terms:
        rest = tuple(factor for factor in monomial if factor[0] != atom)
        exponent = sum(e for a, e in monomial if a == atom)
        total = total + dim_of_term(rest, c) * power(value, exponent)
    return total


def _relax(d: Poly, atom: Atom) -> tuple[int, Dim] | None:
    """(s, e) with `s * d >= e`, s > 0 and no `atom` in e, from a - b < b * (a // b) <= a; None if that says nothing."""
    assert isinstance(atom, FloorDiv)
    a, b = atom.left, atom.right
    scale = b if isinstance(b, int) else 1
    divisor = None if isinstance(b, int) else lone_atom(b)
    if not isinstance(b, int) and _least((atom.interval[0], 0)) != 0:  # neither a nor b is ever negative
        return None
    total: Dim = 0
    for monomial, c in d.terms:
        rest = tuple(factor for factor in monomial if factor[0] != atom)
        if rest == monomial:
            total = total + scale * dim_of_term(monomial, c)
            continue
        if not _is_linear_in(monomial, atom):
            return None
        fraction = None if divisor is None else monomial_quotient(rest, ((divisor, 1),))
        if isinstance(b, int) or fraction is not None:  # b times the atom is known within b - 1
            total = total + dim_of_term(rest if fraction is None else fraction, c) * (a if c < 0 else a - b + 1)
        elif c < 0:  # 0 <= a // b <= a
            total = total + dim_of_term(rest, c) * a
    return scale, total


def quotient_interval(a: Dim, b: Dim) -> Interval:
    """Bounds of `a // b` from theirs, where `b` is known not to be negative; it is not 0 where there is a value."""
    (low, high), (smallest, largest) = bounds(a), bounds(b)
    if smallest is None or smallest < 0:
        return None, None
    smallest, largest = max(smallest, 1), None if largest is None else max(largest, 1)
    if low is not None:
        low = low // smallest if low < 0 else 0 if largest is None else low // largest
    if high is not None:
        high = high // smallest if high >= 0 else -1 if largest is None else high // largest
    return low, high


def extreme_interval(kind: type[Min] | type[Max], args: Iterable[Dim]) -> Interval:
    """Bounds of a minimum or maximum from those of its arguments."""
    lows, highs = zip(*map(bounds, args), strict=True)
    if kind is Min:
        return _least(lows), min(_known(highs), default=None)
    return max(_known(lows), default=None), None if None in highs else max(_known(highs))
