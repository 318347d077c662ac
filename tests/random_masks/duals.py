"""Numbers with first and second derivatives, which hold those that are there: an entry that is missing is zero by
structure, whatever it would be multiplied with.  An operation that doesn't take an operand never looks at its entries.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Pair = tuple[int, int]


@dataclass(frozen=True)
class Dual:
    """A value, its derivatives by the inputs, and its second derivatives by ordered pairs of them."""

    value: float
    first: dict[int, float] = field(default_factory=dict)
    second: dict[Pair, float] = field(default_factory=dict)

    @property
    def is_regular(self) -> bool:
        numbers = (self.value, *self.first.values(), *self.second.values())
        return all(math.isfinite(n) and abs(n) < 1e3 for n in numbers)


def pair(i: int, j: int) -> Pair:
    return (i, j) if i <= j else (j, i)


def constant(value: float) -> Dual:
    return Dual(float(value))


def variable(value: float, index: int) -> Dual:
    return Dual(float(value), {index: 1.0})


def add(a: Dual, b: Dual) -> Dual:
    return Dual(_sum(a.value, b.value), _added(a.first, b.first), _added(a.second, b.second))


def _sum(s: float, t: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.float64(s) + np.float64(t))


def _product(s: float, t: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.float64(s) * np.float64(t))


def _added(a: dict[Any, float], b: dict[Any, float]) -> dict[Any, float]:
    return {k: _sum(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k, 0.0)) for k in {*a, *b}}


def scaled(entries: dict[Any, float], factor: float) -> dict[Any, float]:
    return {k: _product(v, factor) for k, v in entries.items()}


def scale(a: Dual, factor: float) -> Dual:
    return Dual(_product(a.value, factor), scaled(a.first, factor), scaled(a.second, factor))


def multiply(a: Dual, b: Dual) -> Dual:
    crossed: dict[Pair, float] = {}
    for i, s in a.first.items():
        for j, t in b.first.items():  # i, j and j, i are one entry of the Hessian, which a square has twice
            at = pair(i, j)
            crossed[at] = _sum(crossed.get(at, 0.0), _product(s, t) * (2 if i == j else 1))
    second = _added(_added(scaled(a.second, b.value), scaled(b.second, a.value)), crossed)
    return Dual(_product(a.value, b.value), _added(scaled(a.first, b.value), scaled(b.first, a.value)), second)


def apply(f: Callable[[np.float64], tuple[float, float, float]], a: Dual) -> Dual:
    """A function of one number that gives its value and its derivatives."""
    with np.errstate(all="ignore"):
        value, slope, bend = (float(n) for n in f(np.float64(a.value)))
    second = scaled(a.second, slope)
    keys = sorted(a.first)
    squares = {(i, j): _product(_product(a.first[i], a.first[j]), bend) for n, i in enumerate(keys) for j in keys[n:]}
    return Dual(value, scaled(a.first, slope), _added(second, squares))


def half_each(a: Dual, b: Dual) -> Dual:
    """What `maximum` and `minimum` give at a tie."""
    return add(scale(a, 0.5), scale(b, 0.5))
