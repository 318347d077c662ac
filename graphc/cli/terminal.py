"""How to talk on this terminal: colours, widths, remarks.

In: the options `--color` and `--debug`, and the environment.  Out: text on stderr.  All verbs say their remarks here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click


@dataclass(slots=True)
class Manner:
    """What the options say that every verb takes.  `status` is the exit status if nothing fails."""

    arguments: Sequence[str]
    color: str = "auto"
    status: int = 0

    @property
    def debug(self) -> bool:
        return "--debug" in self.arguments

    def paints(self, stream: Any) -> bool:
        """Whether to colour what goes to `stream`."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def manner() -> Manner:
    """That of the command being run."""
    found: Manner = click.get_current_context().find_root().obj
    return found


def is_terminal(stream: Any) -> bool:
    """False for a closed stream, too."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def columns(stream: Any, default: int) -> int:
    """The width of a terminal; `default` for what is none."""
    return shutil.get_terminal_size((default, 24)).columns if is_terminal(stream) else default


def remark(text: str) -> None:
    """A line on stderr, dim."""
    click.echo(click.style(text, dim=True) if manner().paints(sys.stderr) else text, err=True, color=True)


def problem(severity: str, message: str, hint: str | None, painted: bool) -> str:
    """`error: …` with a hint, in the face of diagnostics that have no place in a program."""
    head = click.style(severity, fg="red", bold=True) if painted else severity
    text = f"{head}: {message}"
    return text + (f"\n   = hint: {hint}" if hint else "")
