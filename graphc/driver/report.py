"""What was measured of a program, as a document that is written today and compared with tomorrow.

In: a `Report`, or the path of a document.  Out: JSON values, a report again, or ratios between two.  `graphc bench`
writes and reads them.
"""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from graphc.driver.timing import Spread
from graphc.files.nested import read_json
from graphc.files.problems import damaged
from graphc.version import __version__


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, in seconds.  `compile` has the stages in order, `total` first; `ratio` is eager / static."""

    compile: Mapping[str, Spread]
    execution: Spread
    operations: int
    peak_bytes: int
    eager: Spread | None = None
    ratio: Spread | None = None

    def rows(self) -> Iterator[tuple[str, Spread]]:
        """All times by what a table calls them: `compile`, its stages, `execution`, `eager`."""
        for stage, found in self.compile.items():
            yield ("compile" if stage == "total" else stage), found
        yield "execution", self.execution
        if self.eager is not None:
            yield "eager", self.eager


@dataclass(frozen=True, slots=True)
class Earlier:
    """A report that was read, and where it was made: `file`, and the versions and processors of `surroundings`."""

    report: Report
    made: Mapping[str, Any]


def surroundings() -> dict[str, Any]:
    """What times depend on besides the program."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    versions = {"graphc": __version__, "python": platform.python_version(), "numpy": np.__version__}
    return {**versions, "cpus": count}


def as_document(file: str, report: Report) -> dict[str, Any]:
    """A report as JSON has it; `file`: the program."""
    return {
        "file": file,
        **surroundings(),
        "compile": {stage: asdict(found) for stage, found in report.compile.items()},
        "execution": asdict(report.execution),
        "ops": report.operations,
        "peak_bytes": report.peak_bytes,
        "eager": None if report.eager is None else asdict(report.eager),
        "ratio": None if report.ratio is None else asdict(report.ratio),
    }


def read_report(path: str) -> Earlier:
    """The report in a file that holds such a document.  Raises Diagnostics E0701 and E0704."""
    document = read_json(path)
    try:
        stages = {str(stage): _spread(found) for stage, found in document["compile"].items()}
        if "total" not in stages:
            raise ValueError
        eager, ratio = (None if document[k] is None else _spread(document[k]) for k in ("eager", "ratio"))
        sizes = int(document["ops"]), int(document["peak_bytes"])
        return Earlier(Report(stages, _spread(document["execution"]), *sizes, eager, ratio), document)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        what = "is no document that graphc bench --json wrote"
        raise damaged(path, what, hint="graphc bench --json > bench.json") from None


def _spread(found: Any) -> Spread:
    """Raises KeyError, TypeError or ValueError for what is none."""
    low, median, high = (float(found[k]) for k in ("low", "median", "high"))
    if not 0 < low <= median <= high < math.inf:
        raise ValueError
    return Spread(median, low, high, int(found["repeats"]))


def ratios(report: Report, earlier: Report) -> dict[str, Spread]:
    """How many times as long each row takes as it did; the rows that both have.

    The low and high ratio are those of opposite quartiles, since the two were not measured in turn.
    """
    before = dict(earlier.rows())
    return {
        name: Spread(
            now.median / before[name].median,
            now.low / before[name].high,
            now.high / before[name].low,
            min(now.repeats, before[name].repeats),
        )
        for name, now in report.rows()
        if name in before
    }
