"""`graphc check`: is a program right, and what does it take and give?  With `--grad`: are its gradients right?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

from graphc.cli import listing
from graphc.cli.compiling import warn
from graphc.cli.options import (
    FeedOptions,
    entry_option,
    feed_options,
    file_argument,
    import_option,
    take_feed_options,
)
from graphc.cli.program import Opened, open_program
from graphc.cli.running import read_feeds
from graphc.cli.verb import verb
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.terminal import escape
from graphc.driver import Options
from graphc.driver.gradient_check import Comparison, compare_gradients
from graphc.driver.interface import Interface
from graphc.frontend.elaborate.session import Elaborated
from graphc.ir.types import DEFAULT_FLOATS


@verb(
    "check",
    "Check a program, and print what it takes and gives.  With --grad, compare its gradients with differences.",
    """
    graphc check linear.g
    graphc check --grad decay.g
    graphc check --grad --feeds data.npz --of loss
    """,
    timed=True,
)
@file_argument
@entry_option
@import_option
@click.option("--grad", is_flag=True, help="Compare gradients with central differences, in f64.")
@click.option("--of", metavar="NAME", help="Of what; else the only output, or loss.")
@feed_options
@click.option("--json", "as_json", is_flag=True, help="The report, or the errors, as JSON.")
def command(
    file: str | None, entry: str | None, grad: bool, of: str | None, default_float: str, as_json: bool, **given: Any
) -> bool:
    feeds = take_feed_options(given)
    opened = open_program(file, stdin_is_data=feeds.from_stdin)
    options = Options(DEFAULT_FLOATS[opened.float_name(default_float)])
    try:
        entry = opened.chosen(entry) if grad else entry
        program = opened.compile(options, entry)
        entries = {} if entry is not None else listing.entries(opened, program, options)
        results = _compared(opened, program, options, feeds, of, entry) if grad else None
    except Diagnostics as error:
        if not as_json:
            raise
        click.echo(_json({"ok": False, "diagnostics": [_described(d) for d in error.items]}))
        return False
    ok = results is None or all(r.agrees for r in results)
    if as_json:
        click.echo(_json(_document(program, entries, results, ok)))
    else:
        warn(program.warnings)
        for line in (
            listing.table(f"{escape(opened.name)}: ok", program, entries) if results is None else _verdicts(results)
        ):
            click.echo(line)
    return ok


def _compared(
    opened: Opened, program: Elaborated, options: Options, feeds: FeedOptions, of: str | None, entry: str | None
) -> list[Comparison]:
    given, state = read_feeds(program.graph, feeds), opened.variables(program.graph)
    return compare_gradients(opened.source, options, given, of=of, entry=entry, state=state)


# ---------------------------------------------------------------- for people


def _verdicts(results: list[Comparison]) -> Iterable[str]:
    width = max((len(r.name) for r in results), default=0)
    for r in results:
        yield f"{r.name:<{width}}   {_verdict(r)}"
    if not results:
        yield "nothing to compare: the program has no variables and no inputs of floats"


def _verdict(result: Comparison) -> str:
    found = result.agreement
    if found is None:
        return f"0: there is no path to {result.by}"
    kinks = f", {found.kinks} at kinks left out" if found.kinks else ""
    if not found.checked:
        return f"not compared: not smooth at any of {found.kinks} points" if found.kinks else "has no elements"
    points = f"({found.checked} point{'' if found.checked == 1 else 's'}{kinks})"
    if result.agrees:
        exactness = f"to {found.disagreement:.0e}" if found.disagreement else "exactly"
        return f"agrees with central differences {exactness} {points}"
    where = f"[{', '.join(map(str, found.worst))}] " if found.worst else ""
    return f"DISAGREES: {where}is {found.analytic:.6g}, central differences give {found.numeric:.6g} {points}"


# ---------------------------------------------------------------- for programs


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _document(
    program: Elaborated, entries: Mapping[str, Interface], results: list[Comparison] | None, ok: bool
) -> dict[str, Any]:
    listed = listing.document(program, entries)
    diagnostics = [_described(d) for d in program.warnings]
    document: dict[str, Any] = {"ok": ok, **listed, "tests": list(program.tests), "diagnostics": diagnostics}
    if results is not None:
        document["gradients"] = {r.name: _compared_in_json(r) for r in results}
    return document


def _compared_in_json(result: Comparison) -> Mapping[str, Any]:
    found = result.agreement
    if found is None:
        return {"agrees": True, "path": False}
    error = found.disagreement if found.disagreement < float("inf") else "inf"
    return {"agrees": result.agrees, "path": True, "error": error, "points": found.checked, "kinks": found.kinks}


def _described(diagnostic: Diagnostic) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "notes": list(diagnostic.notes),
        "hint": diagnostic.hint,
    }
    if diagnostic.primary is not None:
        span = diagnostic.primary.span
        line, column = span.source.position(span.start)
        end_line, end_column = span.source.position(span.end)
        found |= {"file": span.source.name, "line": line, "column": column}
        found |= {"end_line": end_line, "end_column": end_column}
    return found
