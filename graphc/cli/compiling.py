"""Compiling for a verb: the program, its options, and what is said about the passes.

In: a `Source` and what the options ask for.  Out: graphs; reports and timings on stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

import click

from graphc.cli.options import PassOptions
from graphc.cli.terminal import columns, manner
from graphc.diagnostics import Diagnostic
from graphc.diagnostics.render import render
from graphc.driver import Options, optimise
from graphc.driver.traces import announcer
from graphc.frontend.elaborate.functions.templates import Trace
from graphc.ir.graph import Graph, Value
from graphc.ir.types import DEFAULT_FLOATS
from graphc.passes.pass_ import Pass, describe
from graphc.passes.pipelines import Outcome
from graphc.source import Source

Show: TypeAlias = Callable[[str], object]


def driver_options(passes: PassOptions, default_float: str, *, told: Source | None, show: Show) -> Options:
    """The driver's options.  `told`: say every trace and rewrite of this program, a trace when it is made.

    `show` gets the graphs of `--print-after`.
    """
    return Options(
        DEFAULT_FLOATS[default_float],
        passes.pipeline,
        passes.fast_math,
        passes.verify_each,
        None if told is None else lambda rewrite: say(describe(rewrite, told)),
        None if passes.print_after is None else _Printer(passes.print_after, show),
        None if told is None else trace_teller(),
    )


class _Printer:
    """Prints the graph after each time that a pass changes it."""

    def __init__(self, wanted: str, show: Show) -> None:
        self._wanted, self._show = wanted, show
        self.times = 0

    def __call__(self, each: Pass, graph: Graph) -> None:
        from graphc.ir.text import print_graph  # a run needs no printer

        if each.name == self._wanted:
            self.times += 1
            self._show(print_graph(graph, header=f"after {each.name}, {self.times}"))


def optimised(graph: Graph, options: Options, passes: PassOptions, *, keep: Sequence[Value] = ()) -> Graph:
    """The graph after the passes, their timings said if asked for."""
    outcome = optimise(graph, options, keep=keep)
    if passes.time_passes:
        _say_timings(outcome)
    after = options.after
    if isinstance(after, _Printer) and not after.times:
        say(f"{passes.print_after} changed nothing")
    return outcome.graph


def _say_timings(outcome: Outcome) -> None:
    for t in outcome.timings:
        say(f"{t.name:<8} {t.seconds * 1e3:9.3f} ms   {t.before} -> {t.after} nodes")
    say(f"{'all':<8} {sum(t.seconds for t in outcome.timings) * 1e3:9.3f} ms")


def say(text: str) -> None:
    """A line on stderr."""
    click.echo(text, err=True)


def trace_teller(say: Callable[[str], object] = say) -> Callable[[Trace], None]:
    """What says each specialisation of a function, on stderr."""
    words = announcer()

    def tell(trace: Trace) -> None:
        signature, differs = words(trace)
        say(f"trace    {signature}; {differs}" if differs else f"trace    {signature}")

    return tell


def warn(warnings: Sequence[Diagnostic]) -> None:
    """Warnings, on stderr."""
    if warnings:
        painted = manner().paints(sys.stderr)
        click.echo(render(warnings, color=painted, width=columns(sys.stderr, 140)), err=True, color=painted)
