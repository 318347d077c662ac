"""`graphc show`: print a program's graph, at any stage and in any format."""

from __future__ import annotations

from typing import Any

import click

from graphc.cli.compiling import driver_options, optimised
from graphc.cli.failure import Misuse
from graphc.cli.options import entry_option, file_argument, pass_options, take_pass_options
from graphc.cli.printing import format_options, print_in, short_name, the_format
from graphc.cli.program import open_program
from graphc.cli.verb import verb
from graphc.frontend.format import format_source


@verb(
    "show",
    "Print the graph of a program: as a program, one operation per line, or as a drawing.",
    """
    graphc show --core linear.g
    graphc show linear.g --stage optimised
    graphc show --dot | dot -Tsvg > graph.svg
    """,
)
@file_argument
@entry_option
@click.option(
    "--stage",
    type=click.Choice(["source", "graph", "optimised"]),
    help="How far; the graph is as written.",
)
@format_options
@click.option("--json", "as_json", is_flag=True, help="The graph as JSON.")
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
    default_float: str,
    verbose: bool,
    **given: Any,
) -> None:
    passes = take_pass_options(given)
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


def _show(text: str) -> None:
    click.echo(text, nl=not text.endswith("\n"))
