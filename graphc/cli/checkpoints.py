"""The checkpoints of a training, in a folder: its variables and how far it is.

In: a training.  Out: a state as `run --state` reads it, with what it takes to go on; the variables of the best epoch in
`best` below it.  A checkpoint is whole or isn't there.  It is good: its numbers are finite, and so is the loss of the
next batch, for which it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from graphc.cli.compiling import say
from graphc.cli.failure import Misuse
from graphc.cli.running import OPTIMISER
from graphc.driver.batches import Examples, digest
from graphc.driver.training import Plan, Progress, Recipe, Training, diverged
from graphc.files import is_state, load_random, load_state, load_training, save_state
from graphc.files.problems import damaged, problem
from graphc.ir.types import Array

BEST = "best"


class Keeper:
    """Keeps checkpoints in `folder` (None: nowhere); `recipe` and `loss` are those of the training to go on with."""

    def __init__(self, folder: str | None, *, resume: bool) -> None:
        self._folder = folder
        self._document = begun(folder, resume=resume)
        self._about: dict[str, Any] = {}
        self._others: dict[str, Array] = {}  # variables of the folder that the program doesn't declare: they stay
        self._waiting: Callable[[], None] | None = None
        self.recipe = None if self._document is None else self._read(lambda: Recipe(**self._document["recipe"]))
        self.loss = None if self.recipe is None else self.recipe.loss

    def start(self, training: Training, planned: Plan, examples: Examples, watch: str) -> None:
        """Put the training where the checkpoint is.  Raises Diagnostics E0715 if that is of another one."""
        self._about = {
            "program": planned.digest,
            "data": digest(examples.arrays),
            "recipe": asdict(training.recipe),
            "watch": watch,
        }
        if self._folder is None or not is_state(self._folder):
            return
        variables = load_state(self._folder)
        known = {n.attrs[0] for n in training.session.program.variables()}
        self._others = {k: a for k, a in variables.items() if k not in known and not k.startswith(OPTIMISER)}
        if self._document is not None:
            self._check()
            progress = self._read(lambda: Progress.read(self._document["progress"]))
            _, runs = load_random(self._folder) or (0, progress.step)
            training.load(variables, runs, progress)
        elif variables:
            training.load({k: a for k, a in variables.items() if k in known}, 0, Progress())
            say(f"note: starts from the variables in {self._folder}")

    def _check(self) -> None:
        assert self._document is not None
        for key, what in (("program", "program"), ("data", "data"), ("watch", "figure to watch")):
            if self._document.get(key) != self._about[key]:
                raise problem(
                    "E0715",
                    f"the training in {self._folder} is of another {what}",
                    hint="train into another folder: --state build/other",
                )

    def _read(self, read: Any) -> Any:
        try:
            return read()
        except (KeyError, TypeError, ValueError, AttributeError):
            raise damaged(str(self._folder), "holds no training that this version can go on with") from None

    def keep(self, training: Training) -> None:
        """Make a checkpoint, to be written by `confirm`.  Raises Diagnostics E0610 where a variable isn't finite."""
        if self._folder is None:
            return
        variables = training.variables()
        bad = training.not_finite(variables)
        if bad is not None:
            raise diverged(training.loss, f"{bad} is not finite", training.progress)
        random = training.session.random
        document = {**self._about, "progress": training.progress.document()}
        self._waiting = partial(
            save_state, self._folder, {**self._others, **variables}, (random.seed, random.runs), document
        )

    def confirm(self) -> None:
        """Write the checkpoint that waits, if one does.  Raises Diagnostics E0706."""
        if self._waiting is not None:
            self._waiting()
            self._waiting = None

    def keep_best(self, training: Training) -> None:
        """The variables of the best epoch so far."""
        if self._folder is not None and training.not_finite(variables := training.variables()) is None:
            save_state(Path(self._folder) / BEST, variables)


def begun(folder: str | None, *, resume: bool) -> dict[str, Any] | None:
    """What the folder has of a training to go on with.  Raises Misuse where going on isn't what is meant."""
    found = None if folder is None else load_training(folder)
    if resume and found is None:
        raise problem("E0701", f"there is no training in {folder} to go on with", hint="leave out --resume")
    if found is not None and not resume:
        raise Misuse(f"{folder} has a training already", "--resume goes on with it; or --state build/other")
    return found
