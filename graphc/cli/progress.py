"""The progress of many steps: a bar on a terminal, nothing elsewhere.

In: the outputs of each step.  Out: on stderr, a bar with the time and a scalar output.  It appears once the steps have
taken a while, and goes when they are done.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import perf_counter
from types import TracebackType
from typing import Any

import click

from graphc.cli.terminal import is_terminal
from graphc.ir.types import Array

_AFTER = 0.3  # seconds
_EVERY = 0.1


class Progress:
    """Counts steps; `done` are behind us."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self._shows = total > 1 and is_terminal(sys.stderr)
        self._next = perf_counter() + _AFTER
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, outputs: Mapping[str, Array]) -> None:
        """One step more."""
        self.done += 1
        if self._shows and perf_counter() >= self._next:
            self._draw(outputs)
            self._next = perf_counter() + _EVERY

    def say(self, text: str) -> None:
        """A line above the bar."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(text, err=True)

    def _draw(self, outputs: Mapping[str, Array]) -> None:
        if self._bar is None:
            self._start()
        self._bar.update(self._task, completed=self.done, figure=_figure(outputs))

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (MofNCompleteColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[figure]}"))
        shared = is_terminal(sys.stdout)
        console = Console(file=sys.stderr)
        self._bar = Bar(*columns, console=console, transient=True, redirect_stdout=shared, redirect_stderr=shared)
        self._task = self._bar.add_task("", total=self.total, figure="")
        self._bar.start()


def _figure(outputs: Mapping[str, Array]) -> str:
    """`loss 0.031`: the output called loss, or else the first that is a number."""
    numbers = {name: a for name, a in outputs.items() if a.shape == () and a.dtype.kind == "f"}
    for name in ("loss", *numbers):
        if name in numbers:
            return f"{name} {float(numbers[name]):.4g}"
    return ""
