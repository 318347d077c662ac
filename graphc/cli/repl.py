"""`graphc repl`: a program typed line by line, executed as it is typed."""

from __future__ import annotations

import click

from graphc.cli.options import allowed_imports, import_option, seed_option
from graphc.cli.prompt import Prompt
from graphc.cli.verb import verb
from graphc.driver import Options
from graphc.executors.random_state import RandomState
from graphc.ir.types import DEFAULT_FLOATS


@verb(
    "repl",
    "Type a program line by line: each statement is executed at once, and the graph grows.",
    """
    graphc repl
    graphc repl --float f64
    graphc repl < session.txt
    """,
)
@click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is.")
@seed_option
@import_option
def command(default_float: str, seed: int | None) -> bool:
    return Prompt(Options(DEFAULT_FLOATS[default_float]), RandomState(seed or 0), allowed_imports()).run()
