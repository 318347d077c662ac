"""Commands of the command line, run in process: `graphc grad poly.g --wrt x | graphc run - --json`.

In: a command as it is typed, and the folder to run it in.  Out: what it says and its exit status.
"""

from __future__ import annotations

import gc
import os
import shlex
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from graphc.cli import cli

ENVIRONMENT = {"NO_COLOR": "1", "FORCE_COLOR": None, "COLUMNS": None}


@dataclass(frozen=True, slots=True)
class Said:
    """The output of a command; of a pipeline the last one's, and everything that was said on stderr."""

    stdout: str
    stderr: str
    status: int


def graphc(*arguments: str, stdin: str | None = None) -> Said:
    """Run `graphc` with these arguments."""
    collecting = gc.isenabled()
    result = CliRunner().invoke(cli, list(arguments), input=stdin, env=ENVIRONMENT)
    if collecting:
        gc.enable()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.stdout, result.stderr, result.exit_code)


def run_command(line: str, folder: str | os.PathLike[str]) -> Said:
    """Run a command line, a pipeline of `graphc`s, in a folder."""
    text: str | None = None
    said = ""
    with chdir(Path(folder)):
        for arguments in _pipeline(line):
            assert arguments[0] == "graphc", line
            found = graphc(*arguments[1:], stdin=text)
            text = found.stdout
            said += found.stderr
    return Said(found.stdout, said, found.status)


def _pipeline(line: str) -> list[list[str]]:
    """The words of each command between bare `|`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    for word in lexer:
        if word == "|":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands
