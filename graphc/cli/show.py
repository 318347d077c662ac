"""`graphc show`: print a program's graph, at any stage and in any format."""

from __future__ import annotations

import json
from typing import Any

import click

from graphc.cli import listing
from graphc.cli.compiling import driver_options, optimised
from graphc.cli.failure import Misuse
from graphc.cli.options import entry_option, file_argument, import_option, pass_options, take_pass_options
from graphc.cli.printing import format_options, print_in, short_name, the_format
from graphc.cli.program import Opened, open_program
from graphc.cli.verb import verb
from graphc.diagnostics.terminal import escape
from graphc.driver import Options
from graphc.frontend.format import format_source
from graphc.ir.types import DEFAULT_FLOATS


@verb(
    "show",
    "Print the graph of a program: as a program, one operation per line, or as a drawing.",
    """
    graphc show --core linear.g
    graphc show model.gm --all
    graphc show --dot | dot -Tsvg > graph.svg
    """,
    timed=True,
)
@file_argument
@entry_option
@import_option
@click.option(
    "--stage",
    type=click.Choice(["source", "graph", "optimised"]),
    help="How far; the graph is as written.",
)
@format_options
@click.option("--json", "as_json", is_flag=True, help="The graph as JSON.")
@click.option("--all", "lists", is_flag=True, help="Entry points, signatures, variables, submodules.")
@click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is.")
@click.option("-v", "--verbose", is_flag=True, help="Say what the passes did.")
@pass_options
def command(
    file: str | None,
    entry: str | None,
    stage: str | None,
    core: bool,
    dot: bool,
    as_json: bool,
    lists: bool,
    default_float: str,
    verbose: bool,
    **given: Any,
) -> None:
    passes = take_pass_options(given)
    if lists:
        if core or dot or stage or entry:
            raise Misuse("--all lists what a program has, and draws no graph", "graphc show FILE --all --json")
        _list(open_program(file), default_float, as_json)
        return
    form = the_format(core, dot, as_json)
    stage = stage or ("optimised" if passes.inspects or verbose else "graph")
    if stage == "source" and form != "readable":
        raise Misuse(f"--{form} shows a graph, not the source", f"--stage graph --{form}")
    opened = open_program(file)
    source = opened.source
    if stage == "source":
        click.echo(format_source(source), nl=False)
        return
    options = driver_options(passes, opened.float_name(default_float), told=source if verbose else None, show=_show)
    program = opened.compile(options, opened.chosen(entry))
    graph = program.graph
    if stage == "optimised":
        graph = optimised(graph, options, passes)
    if passes.print_after is None:
        print_in(form, graph, title=short_name(opened.name))


def _list(opened: Opened, default_float: str, as_json: bool) -> None:
    options = Options(DEFAULT_FLOATS[opened.float_name(default_float)])
    program = opened.compile(options, None)
    entries = listing.entries(opened, program, options)
    if as_json:
        click.echo(json.dumps(listing.document(program, entries), ensure_ascii=False, allow_nan=False))
        return
    for line in listing.table(escape(opened.name), program, entries):
        click.echo(line)


def _show(text: str) -> None:
    click.echo(text, nl=not text.endswith("\n"))
