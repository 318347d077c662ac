"""How long calls take, repeated, so that the spread is seen as well as the middle.

In: callables, how often to call them, and a clock.  Out: seconds, sample by sample, and their `Spread`.  `benchmark`
decides what is called; nothing here knows of programs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import quantiles
from time import perf_counter
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
Done: TypeAlias = Callable[[str], None]


def nothing() -> None:
    """What is done before a call that needs no preparation."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of the repeats, and the quartiles below and above it: half of the repeats lie between those.

    Quartiles and not extremes: on a shared machine the slowest repeat tells what else was running.
    """

    median: float
    low: float
    high: float
    repeats: int


def spread(samples: Sequence[float]) -> Spread:
    """The median and the quartiles of one sample or more, interpolated between neighbours."""
    if len(samples) == 1:
        return Spread(samples[0], samples[0], samples[0], 1)
    low, median, high = quantiles(samples, n=4, method="inclusive")
    return Spread(median, low, high, len(samples))


def paired(first: Sequence[float], second: Sequence[float]) -> Spread:
    """How many times as long the second takes, round by round: what slows a whole round leaves its ratio alone."""
    return spread([b / a for a, b in zip(first, second, strict=True)])


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often: until `seconds` have passed, but `least` times at least, and never more than `most` times."""

    least: int
    most: int | None = None
    seconds: float = 1.0

    def enough(self, done: int, elapsed: float) -> bool:
        return done >= self.least and (done == self.most or elapsed >= self.seconds)


@dataclass(frozen=True, slots=True)
class Timed:
    """A call, and what comes before each, which isn't counted."""

    call: Callable[[], object]
    before: Callable[[], object] = nothing


def in_turn(calls: Sequence[Timed], repeats: Repeats, clock: Clock = perf_counter) -> list[list[float]]:
    """The seconds of each call.  They are called in turn, A B A B, so that a slow moment of the machine meets all."""
    samples: list[list[float]] = [[] for _ in calls]
    start, rounds, elapsed = clock(), 0, 0.0
    while not repeats.enough(rounds, elapsed):
        for timed, taken in zip(calls, samples, strict=True):
            timed.before()
            began = clock()
            timed.call()
            taken.append(clock() - began)
        rounds, elapsed = rounds + 1, clock() - start
    return samples


def by_stage(
    work: Callable[[Done], object],
    repeats: Repeats,
    before: Callable[[], object] = nothing,
    clock: Clock = perf_counter,
) -> dict[str, list[float]]:
    """The seconds of the stages of some work, which calls `done(stage)` after each; `total` is their sum."""
    samples: dict[str, list[float]] = {"total": []}
    start, rounds, elapsed = clock(), 0, 0.0
    while not repeats.enough(rounds, elapsed):
        before()
        ends: list[tuple[str, float]] = []
        began = clock()
        work(partial(_note, ends, clock))
        samples["total"].append(ends[-1][1] - began)
        for stage, ended in ends:
            samples.setdefault(stage, []).append(ended - began)
            began = ended
        rounds, elapsed = rounds + 1, clock() - start
    return samples


def _note(ends: list[tuple[str, float]], clock: Clock, stage: str) -> None:
    ends.append((stage, clock()))
