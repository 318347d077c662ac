"""Where functions are tried: at the ends of the range, in the tails, beside 0, 1, -1 and beside kinks and poles.

In: a NumPy dtype, and numbers beside which to look closer.  Out: a sorted array of that dtype.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import numpy as np

SOAK = os.environ.get("GRAPHC_SOAK") == "1"
EDGES = {np.float32: (38, 37, 30, 25, 20, 16, 10, 6, 4), np.float64: (307, 200, 160, 100, 60, 30, 16, 10, 8, 4)}
DISTANCES = {np.float32: (3e-7, 1e-5, 1e-3), np.float64: (1e-15, 1e-9, 1e-5, 1e-3)}
TAILS = (0.1, 0.3, 0.66, 1.5, 3, 5.3, 9.3, 13.3, 19.5, 26.1, 40, 60, 88, 95, 102.03014, 120, 350, 700, 740, 1000)


def grid(dtype: Any, beside: Iterable[float] = (0.0, 1.0, -1.0), *, thin: bool = False) -> Any:
    """Finite and infinite points of both signs; `thin`: about a third of them, for functions of two numbers."""
    edges = EDGES[dtype][::3] if thin else EDGES[dtype]
    tails = TAILS[::4] if thin else TAILS
    distances = DISTANCES[dtype][1::2] if thin else DISTANCES[dtype]
    sizes = [*(10.0**k for k in edges), *(10.0**-k for k in edges), *tails, float(np.finfo(dtype).tiny) / 1000]
    if SOAK:
        rng = np.random.default_rng()
        sizes += [*np.exp(rng.uniform(np.log(1e-38), np.log(1e38), 500)), *rng.uniform(0, 120, 500)]
    points = [0.0, *sizes, np.inf]
    for centre in beside:
        points += [centre, *(centre + d for d in distances), *(centre - d for d in distances)]
    both = np.array([*points, *(-p for p in points)])
    return np.unique(both.astype(dtype))
