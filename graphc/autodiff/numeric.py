"""Gradients checked against central differences, for `graphc check --grad`.

In: a function of f64 arrays, the point, and the gradients to check.  Out: per input, the largest disagreement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64Array = npt.NDArray[np.float64]
Function = Callable[[Mapping[str, F64Array]], float]

STEP = 2.0**-12  # relative to the coordinate, or to 1 if that is more
LEVELS = 4
EPSILON = 2.0**-52


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a gradient is from difference quotients.

    `disagreement`: the largest |analytic - numeric|, relative to max(1, |numeric|, the gradient's largest element).
    `checked` of `size` coordinates were compared; `worst` is the index of the largest disagreement, with both figures.
    `kinks` more were tried, but the function isn't smooth enough there for a difference quotient.
    """

    disagreement: float
    checked: int
    size: int
    worst: tuple[int, ...] | None
    analytic: float
    numeric: float
    kinks: int


def check_gradient(
    f: Function, point: Mapping[str, F64Array], gradients: Mapping[str, F64Array], *, samples: int = 50
) -> dict[str, Agreement]:
    """Compare each of `gradients` with difference quotients of `f` at `point`, at no more than `samples` coordinates.

    The coordinates are the same in every run: evenly spread over each array.
    """
    return {name: _check_one(f, point, name, np.asarray(g, np.float64), samples) for name, g in gradients.items()}


def _check_one(f: Function, point: Mapping[str, F64Array], name: str, gradient: F64Array, samples: int) -> Agreement:
    x = np.asarray(point[name], np.float64)
    count = min(samples, x.size)
    chosen = np.linspace(0, x.size - 1, count).astype(int) if count else np.array([], int)
    scale = float(np.max(np.abs(gradient[np.isfinite(gradient)]), initial=0.0))
    worst: tuple[float, tuple[int, ...] | None, float, float] = (0.0, None, 0.0, 0.0)
    kinks = 0
    for flat in chosen:
        index = tuple(int(i) for i in np.unravel_index(int(flat), x.shape))
        analytic = float(gradient[index])

        def along(t: float, at: tuple[int, ...] = index) -> float:
            return f({**point, name: _moved(x, at, t)})

        numeric, error = difference_quotient(along, float(x[index]))
        size = max(1.0, abs(numeric), scale) if np.isfinite(numeric) else 1.0
        if not np.isfinite(numeric) or error > 1e-3 * size:
            kinks += 1
            continue
        off = abs(analytic - numeric) / size if np.isfinite(analytic) else np.inf
        if worst[1] is None or off > worst[0]:
            worst = (float(off), index, analytic, numeric)
    return Agreement(worst[0], count - kinks, x.size, *worst[1:], kinks)


def _moved(x: F64Array, index: tuple[int, ...], value: float) -> F64Array:
    result = x.copy()
    result[index] = value
    return result


def difference_quotient(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """The derivative of `f` at `x` and an estimate of its error, which is large at a kink."""
    slope, error = _extrapolate(f, x, STEP * max(1.0, abs(x)))
    if not np.isfinite(slope) and 0 < abs(x) < 1:  # beyond the edge of where f is defined: log at 1e-5
        return _extrapolate(f, x, STEP * abs(x))
    return slope, error


def _extrapolate(f: Callable[[float], float], x: float, step: float) -> tuple[float, float]:
    """Central differences at h, h/2, h/4, … = step, extrapolated to h = 0.

    Richardson: d_k,j = d_k,j-1 + (d_k,j-1 - d_k-1,j-1) / (4**j - 1); Ridders' choice: the entry that moves least.
    """
    h = step * 2 ** (LEVELS - 1)
    middle = float(f(x))
    previous: list[float] = []
    bends = []
    best, least = np.nan, np.inf
    for _ in range(LEVELS):
        above, below = float(f(x + h)), float(f(x - h))
        rounding = EPSILON * max(abs(above), abs(middle), abs(below)) / h
        bends.append(abs(above - 2 * middle + below) / h - 4 * rounding)
        row = [(above - below) / ((x + h) - (x - h))]
        for j, coarse in enumerate(previous, 1):
            row.append(row[-1] + (row[-1] - coarse) / (4**j - 1))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - coarse), rounding)
            if error <= least:
                best, least = row[-1], error
        previous = row
        h /= 2
    # The slopes on both sides differ by h * f'', which shrinks with h, but not at a kink.
    kink = bends[-1] > 0.5 * bends[0] and bends[-1] > least
    return float(best), float(bends[-1] if kink else least)
