"""The stages, as functions: read, parse, elaborate, differentiate, choose, optimise, execute.

The command line and the Python API call these and nothing below.  Every stage raises `Diagnostics`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from graphc.driver.choose import fetch, override
from graphc.driver.derive import Derived, derive, named, subject
from graphc.executors.numpy import Executable
from graphc.frontend.elaborate.functions.templates import Trace
from graphc.frontend.elaborate.session import Elaborated, Step, elaborate
from graphc.frontend.parse import parse
from graphc.ir.graph import Graph, Value
from graphc.ir.nesting import nesting_reported
from graphc.ir.types import F32, DType
from graphc.ops import CATALOGUE
from graphc.passes.concrete import concrete
from graphc.passes.pass_ import Context, Pass, Rewrite
from graphc.passes.pipelines import DEFAULT, Outcome, Pipeline, run_pipeline
from graphc.passes.prune import prune
from graphc.source import Source

__all__ = [
    "CATALOGUE",
    "Derived",
    "Elaborated",
    "Executable",
    "Options",
    "Step",
    "compile_source",
    "derive",
    "elaborate",
    "executable",
    "fetch",
    "named",
    "optimise",
    "override",
    "parse",
    "quietly",
    "subject",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How programs are compiled.

    `default_float`: what `float` means.  `pipeline`: the passes.  `fast_math` admits rewrites that change bits.
    `report` hears of every rewrite, `after` sees the graph after each pass, `traced` hears of each trace of a function
    when it is made.
    """

    default_float: DType = F32
    pipeline: Pipeline = DEFAULT
    fast_math: bool = False
    verify_each: bool = False
    report: Callable[[Rewrite], None] | None = None
    after: Callable[[Pass, Graph], None] | None = field(default=None)
    traced: Callable[[Trace], None] | None = None


@contextmanager
def quietly() -> Iterator[None]:
    """Without garbage collection, which would walk a growing graph over and over and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compile_source(
    source: Source, options: Options, *, test: int | None = None, entry: str | None = None, step: Step | None = None
) -> Elaborated:
    """Source to graph, before any pass: of the program, or of one of its entry points.  Raises Diagnostics.

    `step`: what follows the program, a step of an optimiser.
    """
    with quietly():
        return elaborate(
            parse(source),
            CATALOGUE,
            default_float=options.default_float,
            test=test,
            entry=entry,
            step=step,
            traced=options.traced,
        )


def optimise(graph: Graph, options: Options, *, keep: Sequence[Value] = ()) -> Outcome:
    """The graph after the passes.  `keep`: values that stay what they are, as the wrt of a derivative."""
    with quietly(), nesting_reported(graph):
        return run_pipeline(
            graph, options.pipeline, _context(options, keep), verify_each=options.verify_each, after=options.after
        )


def _context(options: Options, keep: Sequence[Value] = ()) -> Context:
    context = Context(CATALOGUE, fast_math=options.fast_math, keep=frozenset(keep))
    if options.report is not None:
        context.report = options.report
    return context


def executable(graph: Graph, options: Options, *, prepared: Callable[[Graph], None] | None = None) -> Executable:
    """The graph, ready to run on NumPy: only what its results need, sizes folded in once they are known.

    `prepared` sees the graph that is run, once for each set of sizes.
    """
    needed = prune.run(graph, _silent(options))

    def prepare(static: Graph) -> Graph:
        with quietly(), nesting_reported(static):
            made = run_pipeline(static, options.pipeline, _silent(options)).graph
            made = run_pipeline(made, (concrete,), _silent(options), rounds=1, verify_each=options.verify_each).graph
        if prepared is not None:
            prepared(made)
        return made

    return Executable(needed, prepare=prepare)


def _silent(options: Options) -> Context:
    return Context(CATALOGUE, fast_math=options.fast_math)
