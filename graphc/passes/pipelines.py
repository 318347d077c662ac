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
from graphc.passes.reuse import reuse
from graphc.passes.shapes import shapes

Pipeline: TypeAlias = tuple[Pass, ...]

PASSES: Pipeline = (prune, fold, shapes, algebra, cse, reuse)

DEFAULT: Pipeline = PASSES
ROUNDS = 10  # algebra finds more once equal values are one, and what it made may be constant again: 2 or 3 are usual


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
    rounds: int = ROUNDS,
    verify_each: bool = False,
    after: Callable[[Pass, Graph], None] | None = None,
) -> Outcome:
    """The pipeline, again and again until nothing changes, at most `rounds` times.

    `after` sees the graph after each pass that changed it.  Raises VerifyError, which names the guilty pass.
    """
    timings = []
    settled = 0  # passes since the last change
    for each in pipeline * rounds:
        start, before = perf_counter(), graph
        graph = each.run(graph, context)
        timings.append(Timing(each.name, perf_counter() - start, len(before.nodes), len(graph.nodes)))
        settled = settled + 1 if graph is before else 0
        if settled == len(pipeline):
            break
        if settled:
            continue
        if verify_each:
            _verify_after(each, graph, context)
        if after is not None:
            after(each, graph)
    return Outcome(graph, tuple(timings))


def _verify_after(each: Pass, graph: Graph, context: Context) -> None:
    try:
        verify(graph, context.catalogue)
    except VerifyError as error:
        raise VerifyError(f"after {each.name}: {error}") from error
