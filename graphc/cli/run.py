"""`graphc run`: execute a program and print its outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from graphc.cli.compiling import driver_options, say, warn
from graphc.cli.eagerly import execute_eagerly, refuse_passes
from graphc.cli.failure import Misuse
from graphc.cli.options import (
    entry_option,
    file_argument,
    import_option,
    pass_options,
    run_options,
    take_pass_options,
    take_run_options,
)
from graphc.cli.program import open_program
from graphc.cli.running import Home, execute
from graphc.cli.verb import verb


@verb(
    "run",
    "Run a program: print its outputs, and keep its variables for the next step.",
    """
    graphc run poly.g --feed x=3.0
    graphc run linear.g --feeds data.npz --steps 200 --state build/linear
    graphc run model.gm --entry predict --feed x=@x.npy
    """,
    timed=True,
)
@file_argument
@entry_option
@import_option
@run_options
@click.option("--eager", is_flag=True, help="Execute each statement as it is read, without passes.")
@click.option("--save-state", is_flag=True, help="Keep the variables in FILE, a saved program.")
@pass_options
def command(
    file: str | None, entry: str | None, default_float: str, eager: bool, save_state: bool, **given: Any
) -> None:
    passes, wanted = take_pass_options(given), take_run_options(given)
    opened = open_program(file, stdin_is_data=wanted.feeds.from_stdin)
    if save_state and opened.saved is None:
        raise Misuse("--save-state is for a saved program", f"graphc save {opened.name} model.gm, or --state DIR")
    if save_state and wanted.state is not None:
        message = f"--save-state keeps the variables in {opened.name}, --state in {wanted.state}"
        raise Misuse(message, f"leave out one of them; graphc save {opened.name} other.gm --state {wanted.state}")
    told = opened.source if wanted.verbose else None
    options = driver_options(passes, opened.float_name(default_float), told=told, show=say)
    chosen = opened.chosen(entry)
    if eager:
        refuse_passes(passes)
        if chosen is not None or opened.saved is not None:
            raise Misuse("--eager reads a program from its first line to its last", "leave out --eager")
        if not wanted.fetch or wanted.effects:
            execute_eagerly(opened.source, wanted, options)
            return
        options = replace(options, pipeline=())  # a fetch computes what it needs, once everything is read
    program = opened.compile(options, chosen)
    warn(program.warnings)
    execute(program.graph, wanted, options, passes, Home(opened, program.variables, save_state))
