"""What the random numbers of a run depend on besides the program: the seed, and how many runs came before.

In: a seed.  Out: the keys that `random_key` is bound to.  Sessions carry it from run to run, saved states keep it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphc.ir.graph import Graph, nested
from graphc.ir.philox import fold_in, fold_name
from graphc.ir.types import Array

SEEDS = 1 << 64


def seed_of(given: object) -> int:
    """A seed that a caller gives.  Raises TypeError and ValueError for what is none."""
    if not isinstance(given, int | np.integer):
        raise TypeError(f"a seed is a whole number from 0 to 2**64 - 1, not {given!r}")
    if not 0 <= given < SEEDS:
        raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1, not {given!r}")
    return int(given)


@dataclass(frozen=True, slots=True)
class RandomState:
    """The random numbers of the next run.  Without a seed it is 0: the same program gives the same numbers."""

    seed: int = 0
    runs: int = 0

    @property
    def key(self) -> int:
        """The key of the run."""
        return fold_in(fold_name(self.seed, "run"), self.runs)

    @property
    def initial_key(self) -> int:
        """The key of initial values and defaults, the same in every run."""
        return fold_name(self.seed, "initial")

    def next(self) -> RandomState:
        """After a run."""
        return RandomState(self.seed, self.runs + 1)


FIRST = RandomState()


def key_array(key: int) -> Array:
    """A key as a value of the graph."""
    return np.asarray(key, np.uint64)


def draws(graph: Graph) -> bool:
    """Has the graph random numbers that depend on the seed, initial values included?"""
    return any(g.run_keys() for g in nested(graph))
