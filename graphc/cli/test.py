"""`graphc test`: run the `test "name" { … }` blocks of programs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from graphc.cli.compiling import say
from graphc.cli.fmt import programs_below
from graphc.cli.options import ProgramFile, allowed_imports, import_option
from graphc.cli.program import open_program, read_program, stdin_is_redirected
from graphc.cli.terminal import columns, manner
from graphc.cli.verb import verb
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.render import render
from graphc.diagnostics.terminal import escape
from graphc.driver import Options
from graphc.driver.sources import read_source
from graphc.driver.testing import Verdict, run_tests
from graphc.files.saved import is_saved_program
from graphc.ir.types import DEFAULT_FLOATS
from graphc.source import Source


@verb(
    "test",
    'Run the test blocks of programs: test "adds" { assert 1 + 1 == 2 }.  Without FILE, those of this folder.',
    """
    graphc test
    graphc test layers.g
    graphc test models/ --float f64
    """,
    timed=True,
)
@click.argument("paths", type=ProgramFile(), nargs=-1, metavar="[FILE]…")
@import_option
@click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is.")
def command(paths: tuple[str, ...], default_float: str) -> bool:
    gc.enable()  # each test has a graph of its own
    options = Options(DEFAULT_FLOATS[default_float])
    passed = failed = 0
    for source in _sources(paths):
        verdicts = _verdicts(source, options)
        for verdict in verdicts:
            _print(source, verdict)
            passed += not verdict.problems
            failed += bool(verdict.problems)
    if not passed + failed:
        say('no tests\n   = hint: test "adds" { assert 1 + 1 == 2 }')
    else:
        click.echo(f"{passed} passed" + (f", {failed} failed" if failed else ""))
    return not failed


def _sources(paths: tuple[str, ...]) -> Iterator[Source]:
    if not paths and stdin_is_redirected():
        yield read_program("-")
        return
    for path in paths or (".",):
        if path != "-" and is_saved_program(path):
            yield open_program(path).source
        elif path != "-" and Path(path).is_dir():
            yield from (read_source(str(file), allowed_imports()) for file in programs_below(Path(path)))
        else:
            yield read_program(path)


def _verdicts(source: Source, options: Options) -> Iterator[Verdict]:
    """The tests of a program; a program with errors is one test that failed."""
    try:
        yield from run_tests(source, options)
    except Diagnostics as error:
        yield Verdict("", "", error.items)


def _print(source: Source, verdict: Verdict) -> None:
    title = f"{source.name}: {verdict.name}" if verdict.name else source.name
    click.echo(f"{'FAILED' if verdict.problems else 'ok':<6}  {escape(title)}")
    if verdict.problems:
        if verdict.printed:
            click.echo(verdict.printed, nl=False, err=True)
        _show(verdict.problems)


def _show(problems: tuple[Diagnostic, ...]) -> None:
    painted = manner().paints(sys.stderr)
    click.echo(render(problems, color=painted, width=columns(sys.stderr, 140)), err=True, color=painted)
