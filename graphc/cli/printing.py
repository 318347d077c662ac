"""Graphs on stdout: as a program, with one op per line, as a drawing, as JSON.

In: a graph and the format that the options ask for.  Out: text.  `show` and `grad` print with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, TypeVar

import click

from graphc.cli.failure import Misuse
from graphc.ir.graph import Graph

F = TypeVar("F", bound=Callable[..., Any])


def format_options(function: F) -> F:
    """`--core`, `--dot`."""
    function = click.option("--dot", is_flag=True, help="A drawing for Graphviz.")(function)
    return click.option("--core", is_flag=True, help="One typed operation per line.")(function)


def the_format(core: bool, dot: bool, as_json: bool) -> str:
    """The one that is asked for."""
    asked = [name for name, wanted in (("core", core), ("dot", dot), ("json", as_json)) if wanted]
    if len(asked) > 1:
        raise Misuse(f"--{asked[0]} and --{asked[1]} are different formats", f"--{asked[0]}")
    return asked[0] if asked else "readable"


def print_in(form: str, graph: Graph, header: str | None = None, title: str | None = None) -> None:
    """Print a graph.  `header` is the first line of a program, `title` stands above a drawing."""
    text = formatted(form, graph, header, title)
    click.echo(text, nl=not text.endswith("\n"))


def formatted(form: str, graph: Graph, header: str | None, title: str | None) -> str:
    match form:
        case "dot":
            from graphc.exporters.dot import to_dot

            return to_dot(graph, title=title)
        case "json":
            from graphc.exporters.json import to_json

            return to_json(graph)
    from graphc.ir.text import print_graph

    return print_graph(graph, core=form == "core", header=header)


def short_name(name: str) -> str:
    """A program's name without its folder."""
    return PurePath(name).name
