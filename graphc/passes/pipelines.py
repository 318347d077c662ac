"""Pipelines: tuples of passes, run one after the other, timed, and verified if asked.

In: a graph, a pipeline and a Context.  Out: the graph and how long each pass took.  The driver calls it, with what
`--passes`, `--no-fold`, `--verify-each`, `--print-after` and `--time-passes` say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

from graphc.ir.graph import Graph
from graphc.ir.verify import VerifyError, verify
from graphc.passes.algebra import algebra
from graphc.passes.cse import cse
from graphc.passes.fold import fold
from graphc.passes.pass_ import Context, Pass
from graphc.passes.prune import prune
from graphc.passes.shapes import shapes

Pipeline: TypeAlias = tuple[Pass, ...]

PASSES: Pipeline = (prune, fold, shapes, algebra, cse)

# Algebra finds more once equal values are one, and what it made may be constant or equal again.
DEFAULT: Pipeline = (prune, fold, shapes, algebra, cse, fold, shapes, algebra, cse, prune)


@dataclass(frozen=True, slots=True)
class Timing:
    """One pass of a run: how long it took, and the graph's nodes before and after."""

    name: str
    seconds: float
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pipeline made of a graph."""

    graph: Graph
    timings: tuple[Timing, ...]


def select(names: Iterable[str]) -> Pipeline:
    """The passes of these names, in this order.  KeyError for a name that none has."""
    by_name = {p.name: p for p in PASSES}
    return tuple(by_name[name] for name in names)


def without(pipeline: Pipeline, names: Iterable[str]) -> Pipeline:
    """The pipeline without some passes (`--no-fold`).  KeyError for a name that none has."""
    gone = set(select(names))
    return tuple(p for p in pipeline if p not in gone)


def run_pipeline(
    graph: Graph,
    pipeline: Pipeline,
    context: Context,
    *,
    verify_each: bool = False,
    after: Callable[[Pass, Graph], None] | None = None,
) -> Outcome:
    """`after` sees the graph after each pass.  Raises VerifyError, which names the guilty pass."""
    timings = []
    for each in pipeline:
        start, before = perf_counter(), len(graph.nodes)
        graph = each.run(graph, context)
        timings.append(Timing(each.name, perf_counter() - start, before, len(graph.nodes)))
        if verify_each:
            try:
                verify(graph, context.catalogue)
            except VerifyError as error:
                raise VerifyError(f"after {each.name}: {error}") from error
        if after is not None:
            after(each, graph)
    return Outcome(graph, tuple(timings))
