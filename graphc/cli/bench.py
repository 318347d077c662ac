"""`graphc bench`: how long a program takes to compile and to run."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from math import floor, log10
from typing import Any

import click

from graphc.cli.compiling import driver_options, optimised, say, warn
from graphc.cli.failure import Misuse
from graphc.cli.options import (
    PassOptions,
    comma_list,
    entry_option,
    feed_options,
    file_argument,
    import_option,
    pass_options,
    seed_option,
    take_feed_options,
    take_pass_options,
)
from graphc.cli.program import open_program
from graphc.cli.running import read_feeds
from graphc.cli.verb import verb
from graphc.diagnostics.terminal import escape
from graphc.driver.benchmark import Task, graph_of, measure
from graphc.driver.report import Earlier, Report, as_document, ratios, read_report, surroundings
from graphc.driver.timing import Spread
from graphc.executors.random_state import RandomState


@verb(
    "bench",
    "Measure how long a program takes to compile and, once compiled, to run: medians, and between which times the "
    "middle half of the repeats lies. Each run starts from the same state; what it prints is dropped.",
    """
    graphc bench poly.g --feed x=3.0 --wrt x
    graphc bench linear.g --feeds data.npz --against-eager
    graphc bench --json > old.json; graphc bench --against old.json
    """,
    timed=True,
)
@file_argument
@entry_option
@import_option
@click.option("--wrt", multiple=True, metavar="NAME,…", callback=comma_list, help="Measure the gradient by these.")
@click.option("--of", metavar="NAME", help="Of what; else the only output, or loss.")
@click.option("--fetch", multiple=True, metavar="NAME,…", callback=comma_list, help="Evaluate only these values.")
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    metavar="N",
    help="Run N times; else as often as a second allows, 5 times at least.",
)
@click.option("--against-eager", is_flag=True, help="Also execute it eagerly, in turn, and compare.")
@click.option("--against", metavar="FILE", help="Compare with what --json wrote.")
@feed_options
@seed_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in seconds.")
@pass_options
def command(
    file: str | None,
    default_float: str,
    repeat: int | None,
    against_eager: bool,
    against: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    passes = take_pass_options(given)
    earlier = None if against is None else read_report(against)
    name, task = _task(file, default_float, passes, **given)
    gc.collect()
    gc.freeze()  # as `run` does: what is loaded stays
    gc.enable()
    report = measure(task, repeat, eagerly=against_eager)
    if earlier is not None:
        _say_differences(str(against), name, earlier)
    compared = {} if earlier is None else ratios(report, earlier.report)
    if as_json:
        document = as_document(name, report)
        if earlier is not None:
            document["against"] = {"file": against, "ratios": {row: asdict(r) for row, r in compared.items()}}
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    for line in (*_table(report), *_comparison(str(against), compared)):
        click.echo(line)


def _task(
    file: str | None,
    default_float: str,
    passes: PassOptions,
    *,
    entry: str | None,
    wrt: tuple[str, ...],
    of: str | None,
    fetch: tuple[str, ...],
    seed: int | None,
    **given: Any,
) -> tuple[str, Task]:
    """What to measure, and what to call it.  Raises Diagnostics."""
    feeds = take_feed_options(given)
    if of is not None and not wrt:
        raise Misuse("--of says what to differentiate, --wrt by what", f"--of {of} --wrt x")
    opened = open_program(file, stdin_is_data=feeds.from_stdin)
    options = driver_options(passes, opened.float_name(default_float), told=None, show=say)
    chosen = opened.chosen(entry)
    program = opened.compile(options, chosen)
    warn(program.warnings)
    task = Task(opened.source, options, {}, chosen, wrt, of, state=opened.variables(program.graph),
                random=RandomState(seed or 0))  # fmt: skip
    task = replace(task, feeds=read_feeds(graph_of(task), feeds), fetches=fetch)
    if passes.inspects:
        optimised(graph_of(task), options, passes)
    return opened.name, task


def _say_differences(path: str, name: str, earlier: Earlier) -> None:
    """Say what else than time may differ."""
    for key, now in {"file": name, **surroundings()}.items():
        before = earlier.made.get(key)
        if key != "graphc" and before != now:
            what = "of" if key == "file" else f"with {key}"
            say(f"note: {path} was measured {what} {escape(str(before))}, not {escape(str(now))}")


# ---------------------------------------------------------------- for people


def _table(report: Report) -> Iterator[str]:
    ops = report.operations
    costs = f"{ops:,} op{'' if ops == 1 else 's'}, peak {report.peak_bytes:,} B"
    stages = set(report.compile) - {"total"}
    listed = [
        (
            f"  {name}" if name in stages else name,
            f"{_milliseconds(found.median, found)} ms",
            f"{_milliseconds(found.low, found)} … {_milliseconds(found.high, found)}",
            "" if name in stages or name == "eager" else _times(found.repeats),
            costs if name == "execution" else "",
        )
        for name, found in report.rows()
    ]
    yield from _aligned(listed)
    if report.ratio is not None:
        yield f"eager takes {_number(report.ratio.median)} times as long ({_between(report.ratio)})"


def _comparison(path: str, compared: Mapping[str, Spread]) -> Iterator[str]:
    if compared:
        yield f"times as long as in {escape(path)}:"
        yield from _aligned([(f"  {name}", _number(r.median), _between(r)) for name, r in compared.items()])


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "   ".join([f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]).rstrip()


def _times(repeats: int) -> str:
    return "once" if repeats == 1 else f"{repeats:,} times"


def _milliseconds(seconds: float, among: Spread) -> str:
    """All of a row with as many decimals as three digits of its median need."""
    return f"{seconds * 1e3:,.{_decimals(among.median * 1e3)}f}"


def _number(ratio: float) -> str:
    return f"{ratio:,.{_decimals(ratio)}f}"


def _between(found: Spread) -> str:
    return f"{_number(found.low)} … {_number(found.high)}"


def _decimals(x: float) -> int:
    return max(0, 2 - floor(log10(x)))
