"""Which program a verb is about, when FILE is not given or is `-`.

In: the FILE argument.  Out: a `Source`, or Diagnostics: E0707 where no program can be guessed.  A program that comes
through a pipe or from a redirected file is read; else the only `.g` file of the folder is taken and named on stderr.
`Opened` is a source and the saved program that it is from.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select

import click

from graphc.cli.failure import Misuse
from graphc.cli.options import allowed_imports
from graphc.cli.terminal import remark
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import Elaborated, Options, compile_source
from graphc.driver.saved import SavedProgram, load_saved
from graphc.driver.sources import Files, decode, read_source
from graphc.files.saved import is_saved_program
from graphc.ir.graph import Graph
from graphc.ir.types import Array
from graphc.source import Source

STDIN = "<stdin>"
_PATIENCE = 1.0  # seconds without input after which we say what we are waiting for
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Opened:
    """The program that a verb is about, and the saved program that it comes from, if it does."""

    source: Source
    saved: SavedProgram | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.source.name if self.saved is None else self.saved.folder

    def float_name(self, asked: str) -> str:
        """What `float` means: as the option says, or as the program was saved."""
        if self.saved is None:
            return asked
        found = self.saved.default_float.name
        given = click.get_current_context().get_parameter_source("default_float")
        if asked != found and given is click.core.ParameterSource.COMMANDLINE:
            raise Misuse(
                f"{self.name} was saved with --float {found}", f"graphc run {self.source.name} --float {asked}"
            )
        return found

    def chosen(self, entry: str | None) -> str | None:
        """The entry point that is meant; None for the whole program.  Raises Diagnostics."""
        return entry if self.saved is None else self.saved.choose(entry)

    def compile(self, options: Options, entry: str | None) -> Elaborated:
        """The graph of an entry point, or of the whole program.  Raises Diagnostics."""
        if self.saved is None:
            return compile_source(self.source, options, entry=entry)
        return self.saved.compile(options, entry=entry)

    def variables(self, graph: Graph) -> dict[str, Array]:
        """The saved values of a graph's variables."""
        saved = {} if self.saved is None else self.saved.variables
        return {n.attrs[0]: saved[n.attrs[0]] for n in graph.variables() if n.attrs[0] in saved}


def open_program(file: str | None, *, stdin_is_data: bool = False) -> Opened:
    """The program that `file` names, which may be the folder of a saved program.  Raises Diagnostics."""
    if file is not None and file != "-" and is_saved_program(file):
        saved = load_saved(file)
        return Opened(saved.source, saved)
    return Opened(read_program(file, stdin_is_data=stdin_is_data), None)


def read_program(file: str | None, *, stdin_is_data: bool = False) -> Source:
    """The program that `file` names.  `stdin_is_data`: a feed is read from the standard input."""
    if file == "-":
        if stdin_is_data:
            raise which_program("the standard input can't be both the program and a feed", programs_here())
        return _from_stdin()
    if file is not None:
        return read_source(file, allowed_imports())
    if not stdin_is_data and stdin_is_redirected():
        return _from_stdin()
    return read_source(only_program_here(), allowed_imports())


def only_program_here() -> str:
    """The only `.g` file of the folder, named on stderr."""
    found = programs_here()
    if len(found) != 1:
        message = f"this folder has {len(found)} programs" if found else "this folder has no program"
        raise which_program(message, found)
    remark(found[0])
    return found[0]


def programs_here() -> list[str]:
    return sorted(p.name for p in Path().glob("*.g") if p.is_file())


def which_program(message: str, found: Sequence[str]) -> Diagnostics:
    """E0707 with the candidates and what to type."""
    verb = click.get_current_context().info_name
    shown = ", ".join(found[:_LISTED]) + (f" and {len(found) - _LISTED} more" if len(found) > _LISTED else "")
    notes = (f"here {'are' if len(found) > 1 else 'is'} {shown}",) if found else ()
    hint = f"graphc {verb} {found[0] if found else 'FILE'}"
    return Diagnostics([Diagnostic("E0707", message, notes=notes, hint=hint)])


def stdin_is_redirected() -> bool:
    """Is it a pipe or a file?  A terminal, /dev/null or a closed standard input is none."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return _holds_text()
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _holds_text() -> bool:
    """Of a standard input without a descriptor, which another program has put in place: is there anything in it?"""
    try:
        here = sys.stdin.buffer.tell()
        end = sys.stdin.buffer.seek(0, os.SEEK_END)
        sys.stdin.buffer.seek(here)
    except (AttributeError, OSError, ValueError):
        return False
    return end > here


def _from_stdin() -> Source:
    if sys.stdin is None:
        raise which_program("the standard input is closed", programs_here())
    _say_what_we_wait_for()
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise which_program("the standard input holds no program", programs_here())
    return Files(allowed_imports()).program(STDIN, decode(data, STDIN))


def _say_what_we_wait_for() -> None:
    """A pipe that nobody writes to would look like a hang."""
    try:
        ready, _, _ = select([sys.stdin.fileno()], [], [], _PATIENCE)
    except (AttributeError, OSError, ValueError):  # no descriptor, as in tests; or a system that can't wait on it
        return
    if not ready:
        remark("reading the program from the standard input")
