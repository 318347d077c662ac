"""Errors in units in the last place, against mpmath."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import mpmath
import numpy as np


def exact(x: Any) -> Any:
    return mpmath.mpf(float(x))


def ulps(actual: Any, expected: Any) -> float:
    """The distance of a NumPy number from an mpmath number, in spacings of its dtype there."""
    dtype = type(actual)
    with np.errstate(over="ignore"):
        rounded = dtype(float(expected))
    if not np.isfinite(rounded) or not np.isfinite(actual):
        same = rounded == actual or (np.isnan(rounded) and np.isnan(actual))
        return 0.0 if same else float("inf")
    return float(abs(exact(actual) - expected) / exact(np.spacing(abs(rounded))))


def worst(evaluate: Callable[..., Any], reference: Callable[..., Any], points: Iterable[Any], dtype: Any) -> float:
    """The largest error of `evaluate(*arrays)` at `points`: numbers, or tuples of them for several operands."""
    rows = [np.atleast_1d(np.asarray(p, dtype)) for p in points]
    columns = [np.array([row[i] for row in rows], dtype) for i in range(len(rows[0]))]
    with np.errstate(all="ignore"):
        results = np.asarray(evaluate(*columns))
    assert results.dtype == np.dtype(dtype)
    with mpmath.workprec(300):
        return max(ulps(y, reference(*map(exact, row))) for y, row in zip(results, rows, strict=True))
