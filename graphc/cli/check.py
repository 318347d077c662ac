"""`graphc check`: is a program right, and what does it take and give?  With `--grad`: are its gradients right?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

from graphc.cli.compiling import warn
from graphc.cli.options import FeedOptions, entry_option, feed_options, file_argument, take_feed_options
from graphc.cli.program import Opened, open_program
from graphc.cli.running import read_feeds
from graphc.cli.verb import verb
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.terminal import escape
from graphc.driver import Options
from graphc.driver.gradient_check import Comparison, compare_gradients
from graphc.driver.interface import Interface, Signature, interface
from graphc.driver.saved import described
from graphc.frontend.elaborate import Elaborated
from graphc.ir.types import DEFAULT_FLOATS


@verb(
    "check",
    "Check a program, and print what it takes and gives.  With --grad, compare its gradients with differences.",
    """
    graphc check linear.g
    graphc check --grad decay.g
    graphc check --grad --feeds data.npz --of loss
    """,
)
@file_argument
@entry_option
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
        entries = {} if entry is not None else _entries(opened, program, options)
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
        for line in _table(opened.name, program, entries) if results is None else _verdicts(results):
            click.echo(line)
    return ok


def _entries(opened: Opened, program: Elaborated, options: Options) -> dict[str, Interface]:
    """The signatures of the entry points, each of which is checked.  Raises Diagnostics."""
    return {name: interface(opened.compile(options, name).graph) for name in program.entries}


def _compared(
    opened: Opened, program: Elaborated, options: Options, feeds: FeedOptions, of: str | None, entry: str | None
) -> list[Comparison]:
    given, state = read_feeds(program.graph, feeds), opened.variables(program.graph)
    return compare_gradients(opened.source, options, given, of=of, entry=entry, state=state)


# ---------------------------------------------------------------- for people


def _table(name: str, program: Elaborated, entries: Mapping[str, Interface]) -> Iterable[str]:
    seen = interface(program.graph)
    yield f"{escape(name)}: ok"
    trainable = [v for v in seen.variables.values() if v.trainable]
    fixed = [v for v in seen.variables.values() if not v.trainable]
    rows = [
        ("inputs", _listed(seen.inputs.values()), ""),
        ("state", _listed(trainable), "trainable"),
        ("" if trainable else "state", _listed(fixed), "not trainable"),
        ("modules", "   ".join(f"{path}: {name}" for path, name in program.submodules.items()), ""),
        ("outputs", _listed(seen.outputs.values()), ""),
        ("effects", _effects(seen), ""),
        *(("" if i else "entries", _call(n, s), "") for i, (n, s) in enumerate(entries.items())),
        ("tests", ", ".join(map(escape, program.tests)), ""),
    ]
    for title, text, remark in rows:
        if text:
            yield f"  {title:<9} {text}{'    ' + remark if remark else ''}"


def _listed(signatures: Iterable[Signature]) -> str:
    return "   ".join(f"{s.name}: {s}{' = …' if s.optional else ''}" for s in signatures)


def _call(name: str, seen: Interface) -> str:
    """`predict(x: f32[n, 4]) -> f32[n]`."""
    inputs = ", ".join(f"{s.name}: {s}{' = …' if s.optional else ''}" for s in seen.inputs.values())
    results = ", ".join(map(str, seen.outputs.values()))
    return f"{name}({inputs})" + (f" -> {results}" if results else "")


def _effects(seen: Interface) -> str:
    shown = [name if count == 1 else f"{name} ({count})" for name, count in seen.effects.items()]
    return ", ".join(shown) or "none"


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
    seen = interface(program.graph)
    document: dict[str, Any] = {
        "ok": ok,
        "inputs": {s.name: {**_type(s), "optional": s.optional} for s in seen.inputs.values()},
        "state": {s.name: {**_type(s), "trainable": s.trainable} for s in seen.variables.values()},
        "modules": dict(program.submodules),
        "outputs": {s.name: _type(s) for s in seen.outputs.values()},
        "effects": seen.effects,
        "entries": {name: described(found) for name, found in entries.items()},
        "tests": list(program.tests),
        "diagnostics": [_described(d) for d in program.warnings],
    }
    if results is not None:
        document["gradients"] = {r.name: _compared_in_json(r) for r in results}
    return document


def _type(signature: Signature) -> dict[str, Any]:
    return {"dtype": signature.dtype, "shape": list(signature.shape)}


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
