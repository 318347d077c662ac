"""`graphc save`: a program, its variables and its signatures in a folder that can be run, moved and verified."""

from __future__ import annotations

import os

import click

from graphc.cli.compiling import say
from graphc.cli.failure import Misuse
from graphc.cli.options import ProgramFile, import_option
from graphc.cli.program import open_program
from graphc.cli.verb import verb
from graphc.driver import Options, compile_source
from graphc.driver.saved import save_program
from graphc.files import load_state
from graphc.files.problems import problem
from graphc.files.saved import ENDING
from graphc.ir.types import DEFAULT_FLOATS, Array


@verb(
    "save",
    "Save a program with its variables as a folder NAME.gm: its exported functions can be run without the rest.",
    """
    graphc save model.g model.gm --state build/model
    graphc run model.gm --feed x=@x.npy
    graphc show model.gm --all
    """,
    timed=True,
)
@click.argument("file", type=ProgramFile(), required=False, metavar="[FILE]")
@click.argument("folder", required=False, metavar="NAME.gm")
@click.option("--state", metavar="DIR", help="With the variables of this folder, not their initial values.")
@import_option
@click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is.")
def command(file: str | None, folder: str | None, state: str | None, default_float: str) -> None:
    if folder is None and file is not None and file.rstrip("/").endswith(ENDING):
        file, folder = None, file  # graphc save model.gm
    if folder is None:
        raise Misuse("save needs a name for the folder", f"graphc save {file or 'FILE'} {_name(file)}{ENDING}")
    if not folder.rstrip("/").endswith(ENDING):
        raise Misuse(
            f"the folder of a saved program is called NAME{ENDING}", f"graphc save {file} {_name(folder)}{ENDING}"
        )
    opened = open_program(file)
    options = Options(DEFAULT_FLOATS[opened.float_name(default_float)])
    variables = {} if opened.saved is None else dict(opened.saved.variables)
    if state is not None:
        names = [n.attrs[0] for n in compile_source(opened.source, options).variables]
        variables |= _of_folder(state, names)
    kept_in = state or opened.name
    entries = save_program(folder, opened.source, options, variables, kept_in=kept_in)
    say(_summary(folder, entries))


def _name(file: str | None) -> str:
    return os.path.splitext(os.path.basename(file or "").rstrip("/"))[0] or "name"


def _of_folder(state: str, names: list[str]) -> dict[str, Array]:
    """The variables of a program in the folder of a state."""
    if not os.path.isdir(state):
        why = "is a file" if os.path.lexists(state) else "doesn't exist"
        raise problem("E0701", f"there is no saved state: {state} {why}")
    found = load_state(state)
    missing = [name for name in names if name not in found]
    if missing:
        say(f"note: {state} has no {', '.join(missing)}, saved with the initial value")
    return {name: found[name] for name in names if name in found}


def _summary(folder: str, entries: tuple[str, ...]) -> str:
    """What to do with it."""
    run = f"graphc run {folder}" + (f" --entry {entries[0]}" if len(entries) > 1 else "")
    return f"saved {folder}: {run}"
