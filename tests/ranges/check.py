"""One case in one dtype: the largest error of each output, and where.

The reference is the graph of f64 without roundings and without a smallest or largest number (`ranges.exact`); for
functions that mpmath takes minutes for at the ends of the range, it is f64 for f32.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from ranges import exact
from ranges.grid import grid
from ranges.trials import ORDER, SAME, Case, allowed, cross, errors, program, run

FORWARD_FLOOR = 8  # smallest numbers that a JVP may be off by: it multiplies a derivative that is itself rounded there


@dataclass(frozen=True, slots=True)
class Found:
    """The largest error of an output, in ulps, at how many points, and the operands, result and right value there."""

    case: Case
    dtype: Any
    output: str
    points: int
    error: float
    at: tuple[float, ...]
    actual: float
    right: float


def feeds(case: Case, dtype: Any) -> dict[str, Any]:
    """Finite points, as f64."""
    x = grid(dtype, case.beside, thin=case.binary).astype(np.float64)
    x = x[np.isfinite(x)]
    if case.normal:
        x = x[(x == 0) | (np.abs(x) >= float(np.finfo(dtype).tiny))]
    x, z = (x[(x == 0) | ((np.abs(x) >= low) & (np.abs(x) <= high))] for low, high in (case.first, case.second))
    if not case.binary:
        return {"x": x, "seed": np.ones_like(x)}
    a, c = cross(x, z)
    return {"x": a, "z": c, "seed": np.ones_like(a)}


@cache
def reference(case: Case, dtype: Any) -> dict[str, Any]:
    given = feeds(case, dtype)
    return exact.evaluate(program(case, np.float64), given) if case.mpmath else run(case, np.float64, given)


def represented(case: Case, dtype: Any) -> Any:
    """Where the function itself has a value in the dtype, above the subnormal numbers if the case says so."""
    y = reference(case, dtype)["y"]
    with np.errstate(invalid="ignore"):
        smallest = float(np.finfo(dtype).tiny) if case.normal else 0.0
        return (np.abs(y) <= float(np.finfo(dtype).max)) & ((y == 0) | (np.abs(y) >= smallest))


def check(case: Case, dtype: Any) -> list[Found]:
    """Every output but the seeded ones, with seed 1."""
    given, right = feeds(case, dtype), reference(case, dtype)
    actual = run(case, dtype, given)
    tried = represented(case, dtype)
    found = []
    for name in actual:
        twin = SAME.get(name, name)
        if twin not in ORDER or ORDER[twin] > (2 if case.binary else 3):
            continue
        floor = 1 if twin == name else FORWARD_FLOOR
        error = errors(actual[name], right[twin], allowed(twin, right, given), floor)
        error = np.where(tried & ~np.isnan(right[twin]), error, 0.0)
        found.append(_worst(case, dtype, name, error, given, (actual[name], right[twin])))
    return found


def check_seeded(case: Case, dtype: Any, seed: float) -> list[Found]:
    """The gradient for another cotangent, a power of 2: it may be represented where the derivative isn't.

    Where the function and its product with the cotangent are, as in a program that computes c * f(x).
    """
    given, right = feeds(case, dtype), reference(case, dtype)
    given = {**given, "seed": np.full_like(given["x"], seed)}
    actual = run(case, dtype, given)
    info = np.finfo(dtype)
    with np.errstate(over="ignore"):
        sizes = np.abs(right["y"]), np.abs(seed * right["y"])
    tried = np.logical_and.reduce([(y >= float(info.tiny)) & (y <= float(info.max)) for y in sizes])
    found = []
    for variable in ("x", "z") if case.binary else ("x",):
        name = f"{variable}seed" if case.binary else "seeded"
        with np.errstate(over="ignore"):
            wide = seed * right[variable]
            error = errors(actual[name], wide, seed * allowed(variable, right, given))
        error = np.where(tried & ~np.isnan(wide), error, 0.0)
        found.append(_worst(case, dtype, name, error, given, (actual[name], wide)))
    return found


def _worst(case: Case, dtype: Any, name: str, error: Any, given: Any, values: tuple[Any, Any]) -> Found:
    i = int(np.argmax(error))
    at = tuple(float(given[v][i]) for v in ("x", "z") if v in given)
    actual, right = (float(v[i]) for v in values)
    return Found(case, dtype, name, int(np.isfinite(values[1]).sum()), float(error[i]), at, actual, right)
