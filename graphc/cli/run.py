"""`graphc run`: execute a program and print its outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from graphc.cli.compiling import driver_options, say, warn
from graphc.cli.eagerly import execute_eagerly, refuse_passes
from graphc.cli.options import file_argument, pass_options, run_options, take_pass_options, take_run_options
from graphc.cli.program import read_program
from graphc.cli.running import execute
from graphc.cli.verb import verb
from graphc.driver import compile_source


@verb(
    "run",
    "Run a program: print its outputs, and keep its variables for the next step.",
    """
    graphc run poly.g --feed x=3.0
    graphc run linear.g --feeds data.npz --steps 200 --state build/linear
    graphc run --eager poly.g
    """,
)
@file_argument
@run_options
@click.option("--eager", is_flag=True, help="Execute each statement as it is read, without passes.")
@pass_options
def command(file: str | None, default_float: str, eager: bool, **given: Any) -> None:
    passes, wanted = take_pass_options(given), take_run_options(given)
    source = read_program(file, stdin_is_data=wanted.feeds.from_stdin)
    options = driver_options(passes, default_float, told=source if wanted.verbose else None, show=say)
    if eager:
        refuse_passes(passes)
        if not wanted.fetch or wanted.effects:
            execute_eagerly(source, wanted, options)
            return
        options = replace(options, pipeline=())  # a fetch computes what it needs, once everything is read
    program = compile_source(source, options)
    warn(program.warnings)
    execute(program.graph, wanted, options, passes)
