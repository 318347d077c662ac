"""What a training says while it runs: a bar on a terminal, a line for each epoch, a log.

In: the figures of batches and epochs.  Out: lines on stderr, JSON lines in a file.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import click
import numpy as np

from graphc.cli.progress import Progress
from graphc.cli.recipe import Asked
from graphc.driver.training import Plan, Row, Training
from graphc.files.problems import unwritable
from graphc.ir.literal import format_result, json_value
from graphc.ir.types import Array

_LINES = 20  # of epochs, if there are more
_WIDTH = len("-1.234e-05")  # of a figure
_COUNTED = ("epoch", "step", "seconds")


class Epochs:
    """Tells the batches and epochs of a training."""

    def __init__(self, asked: Asked, training: Training) -> None:
        self._asked, self._training = asked, training
        left = max(asked.epochs - training.progress.epoch, 0)
        total = left * len(training.batches()) - training.progress.position
        self._progress = Progress(0 if asked.quiet else max(total, 0))
        self._each = math.ceil(asked.epochs / _LINES)
        self._log: TextIO | None = None

    def __enter__(self) -> Epochs:
        if self._asked.log is not None:
            self._log = opened(self._asked.log)
            for row in self._training.progress.history:
                self._write(row)
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)
        if self._log is not None and self._log is not sys.stdout:
            self._log.close()

    def batch(self, outputs: Mapping[str, Array]) -> None:
        self._progress.advance(outputs)

    def epoch(self, row: Row) -> None:
        self._write(row)
        epoch, epochs = int(row["epoch"]), self._asked.epochs
        if not self._asked.quiet and (epoch % self._each == 0 or epoch in (1, epochs)):
            self._progress.say(line(row, epochs))

    def _write(self, row: Row) -> None:
        if self._log is not None:
            counted = {k: int(v) if k in ("epoch", "step") else number(v) for k, v in row.items()}
            try:
                self._log.write(json.dumps(counted, allow_nan=False) + "\n")
                self._log.flush()
            except OSError as error:
                raise unwritable(str(self._asked.log), error) from error


def opened(path: str) -> TextIO:
    if path == "-":
        return sys.stdout
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def number(value: float) -> float | str:
    """As JSON has it."""
    return value if math.isfinite(value) else str(value)


def line(row: Row, epochs: int) -> str:
    """`epoch  3/20   loss 0.1234         0.200 s`, each figure in the column of the last epoch's."""
    width = len(str(epochs))
    parts = [f"epoch {int(row['epoch']):>{width}}/{epochs}"]
    parts += [f"{name} {value:<{_WIDTH}.4g}" for name, value in row.items() if name not in _COUNTED]
    return "   ".join([*parts, f"{row['seconds']:7.3f} s"])


def print_figures(row: Row, planned: Plan, *, as_json: bool) -> None:
    """The figures of an epoch, as results."""
    dtypes: dict[str, Any] = {}
    for output in (*planned.step.outputs, *planned.whole.outputs):
        dtype = output.value.type.dtype
        kind = np.float32 if dtype.is_float and not dtype.weak and dtype.bits == 32 else np.float64
        dtypes[output.name] = dtypes[f"val_{output.name}"] = kind
    arrays = {name: np.asarray(value, dtypes[name]) for name, value in row.items() if name not in _COUNTED}
    if as_json:
        document: dict[str, Any] = {"epochs": int(row["epoch"]), "steps": int(row["step"])}
        document["outputs"] = {name: json_value(array) for name, array in arrays.items()}
        click.echo(json.dumps(document, allow_nan=False))
        return
    for name, array in arrays.items():
        click.echo(format_result(name, array))
