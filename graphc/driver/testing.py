"""Running the `test "name" { … }` blocks of a program.

In: a source.  Out: a `Verdict` per block: what it printed, and what went wrong, if anything.  `graphc test` calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import CATALOGUE, Executable, Options, compile_source, executable
from graphc.driver.session import Session
from graphc.ir.graph import Graph
from graphc.passes.concrete import concrete
from graphc.passes.pass_ import Context
from graphc.source import Source


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test went."""

    name: str
    printed: str
    problems: tuple[Diagnostic, ...]


def run_tests(source: Source, options: Options) -> Iterator[Verdict]:
    """Each test by itself, from the initial values of the variables.  Raises Diagnostics if the program has errors."""
    options = replace(options, report=None, after=None)
    for number, name in enumerate(compile_source(source, options).tests):
        printed: list[str] = []
        try:
            graph = compile_source(source, options, test=number).graph
        except Diagnostics as error:
            yield Verdict(name, "", error.items)
            continue
        try:
            _run(graph, executable(graph, options), printed.append)
        except Diagnostics as error:
            yield Verdict(name, "".join(printed), _in_detail(graph, error).items)
        else:
            yield Verdict(name, "".join(printed), ())


def _run(graph: Graph, program: Executable, write: Callable[[str], object]) -> None:
    session = Session(graph, program, write=write)
    session.step(session.bind({}))


def _in_detail(graph: Graph, error: Diagnostics) -> Diagnostics:
    """The failure of a test once more, without passes and with all values at hand: what an assert compares."""
    try:
        _run(graph, Executable(concrete.run(graph, Context(CATALOGUE)), keeps=True), lambda _: None)
    except Diagnostics as again:
        same = [d.code for d in again.items] == [d.code for d in error.items]
        return again if same else error
    return error
