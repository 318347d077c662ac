"""Programs with loops and branches that are decided while they run, each beside the same in NumPy.

    @program('''
    input x: f64
    …
    output loss
    ''', x=0.5)
    def name(x): return …

The program has one scalar output, `loss`; the function below it, written independently, gives its value.  It is
differentiated by every feed of floats.  Feeds stand away from the points where a decision changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import numpy as np

Reference = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Program:
    """`text`, what is fed, and `reference`, its loss as a function of the feeds."""

    text: str
    feeds: Mapping[str, Any]
    reference: Reference

    @property
    def wrt(self) -> list[str]:
        return [name for name, array in self.feeds.items() if array.dtype == np.float64]


PROGRAMS: dict[str, Program] = {}


def program(text: str, **feeds: Any) -> Callable[[Reference], Reference]:
    """Enters the program into PROGRAMS, by the name of the function that it decorates."""

    def enter(reference: Reference) -> Reference:
        arrays = {name: np.asarray(value) for name, value in feeds.items()}
        PROGRAMS[reference.__name__.strip("_")] = Program(dedent(text).lstrip("\n"), arrays, reference)
        return reference

    return enter


def numbers(seed: int, *shape: int, low: float = -1.0, high: float = 1.0) -> Any:
    """Feeds that are the same in every run."""
    return np.random.default_rng(seed).uniform(low, high, shape)
