"""Running the `test "name" { … }` blocks of a program.

In: a source.  Out: a `Verdict` per block: what it printed, and what went wrong, if anything.  `graphc test` calls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import Options, compile_source, executable
from graphc.driver.session import Session
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
    for name in compile_source(source, options).tests:
        printed: list[str] = []
        try:
            graph = compile_source(source, options, test=name).graph
            session = Session(graph, executable(graph, options), write=printed.append)
            session.step(session.bind({}))
        except Diagnostics as error:
            yield Verdict(name, "".join(printed), error.items)
        else:
            yield Verdict(name, "".join(printed), ())
