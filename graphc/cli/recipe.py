"""What a training is asked for, as options; a training that goes on has been asked most of it before.

In: the options of `train`, the recipe of a checkpoint.  Out: the recipe, the examples, and which of them are held out.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from typing import Any

import click
import numpy as np

from graphc.cli.compiling import say
from graphc.cli.failure import Misuse
from graphc.cli.options import FeedOptions
from graphc.cli.running import read_feeds
from graphc.diagnostics.suggest import suggest
from graphc.driver.batches import Examples, sizes_differ, split
from graphc.driver.training import Plan, Recipe, Watch, figures, updated
from graphc.exporters.plot import PICTURES
from graphc.files import parse_feed, read_arrays
from graphc.files.problems import problem, unwritable
from graphc.frontend.library import load
from graphc.ir.graph import Graph
from graphc.ir.types import Array

DEFAULT_BATCH = 32
DEFAULT_RATE = "0.001"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `train`.  None: not said."""

    data: str
    feed: tuple[tuple[str, str], ...]
    loss: str | None
    optim: str | None
    lr: float | str | None
    epochs: int
    batch: int | None
    shuffle: bool | None
    drop_last: bool | None
    along: str | None
    validate: str | None
    validate_feed: tuple[tuple[str, str], ...]
    watch: str | None
    patience: int | None
    state: str | None
    every: int | None
    resume: bool
    seed: int | None
    plot: str | None
    log: str | None
    as_json: bool
    quiet: bool

    def check(self) -> None:
        """Raise Misuse for options that don't go together."""
        if self.state is None and (self.resume or self.every):
            option = "--resume" if self.resume else "--every"
            raise Misuse(f"{option} needs a folder with checkpoints", "--state build/model")
        if isinstance(self.lr, float) and not math.isfinite(self.lr):
            raise Misuse(f"a rate is a number, not {self.lr}", "--lr 0.001")
        self._check_paths()
        if self.plot is not None and not self.plot.lower().endswith(PICTURES):
            raise Misuse(f"{self.plot} has none of the endings {' '.join(PICTURES)}", "--plot loss.png")

    def _check_paths(self) -> None:
        """Raise Diagnostics before anything is learned for what can't be written after it."""
        for path in filter(None, (self.plot, self.log)):
            folder = os.path.dirname(path) or "."
            if not os.path.isdir(folder):
                raise unwritable(path, FileNotFoundError())
        if self.state is not None and os.path.lexists(self.state) and not os.path.isdir(self.state):
            raise problem("E0701", f"{self.state} is a file, not a folder with a state")

    def validating(self) -> dict[str, object]:
        """What is fed when figures are measured."""
        return {name: parse_feed(text, name) for name, text in self.validate_feed}

    def watched(self, planned: Plan, recipe: Recipe) -> Watch:
        """The figure that decides which epoch is the best.  Raises Misuse."""
        names = figures(planned, recipe.held_out)
        loss = planned.loss.name
        if self.watch is None:
            return Watch(f"val_{loss}" if recipe.held_out else loss, False, self.patience)
        way, _, name = self.watch.rpartition(":")
        if way not in ("", "min", "max"):
            raise Misuse(f"a figure rises (max) or falls (min), not {way}", f"--watch max:{name}")
        if name not in names:
            near = suggest(name, names)
            hint = f"did you mean {near}?" if near else f"the figures are {', '.join(names)}"
            raise Misuse(f"a training of this program has no figure {name}", hint)
        return Watch(name, way == "max", self.patience)


# ---------------------------------------------------------------- the optimiser


def optimiser_text(asked: Asked, program: Graph, before: Recipe | None) -> str | None:
    """`optim.adam(lr=0.001)`; None if the program updates its variables itself.  Raises Misuse."""
    given = asked.optim is not None or asked.lr is not None
    own = updated(program)
    if own and given:
        node = own[0]
        raise Misuse(
            f"the program updates {node.attrs[0]} itself, so it needs no optimiser", "leave out --optim and --lr"
        )
    if own:
        named = {n.attrs[0] for n in own}
        left = [v.attrs[0] for v in program.variables() if v.attr("trainable") and v.results[0].type.dtype.is_float]
        left = [name for name in left if name not in named]
        if left:
            note = f"the program updates {own[0].attrs[0]} itself, so no optimiser is added"
            say(f"note: {note}, and {', '.join(left)} stays as it is")
        return None
    if before is not None and not given:
        return before.optimiser
    text = written(asked.optim, asked.lr)
    if before is not None and before.optimiser not in (None, text):
        say(f"note: goes on with {text}, after {before.optimiser}")
    return text


class Rate(click.ParamType[float | str]):
    """`--lr`: a number, or a schedule as a call, `cosine(step, 0.1, 1000)`, where `step` counts the steps so far."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        try:
            number = float(value)
        except ValueError:
            return self.schedule(value)
        if number < 0:
            raise Misuse(f"a rate is a number from 0 on, not {value}", "--lr 0.001")
        return number

    def schedule(self, text: str) -> str:
        name, bracket, rest = text.strip().removeprefix("optim.").partition("(")
        if not bracket or not rest.endswith(")"):
            raise Misuse(
                f"--lr takes a number or a schedule, not {text}", "--lr 0.001, or --lr 'cosine(step, 0.1, 1000)'"
            )
        known = [n for n, f in load("optim").items() if f.parameters[0].name.text == "step"]
        if name not in known:
            near = suggest(name, known)
            hint = f"did you mean {near}?" if near else f"the schedules are {', '.join(known)}"
            raise Misuse(f"there is no schedule {name}", hint)
        if not re.search(r"\bstep\b", rest):
            raise Misuse("a schedule takes the number of the step first", f"--lr '{name}(step, {rest}'")
        return f"optim.{name}({rest}"


def written(optim: str | None, rate: float | str | None) -> str:
    """`adam`, `sgd(momentum=0.9)` or `optim.adam(…)`, with its rate, as an expression of the language."""
    name, bracket, rest = (optim or "adam").strip().removeprefix("optim.").partition("(")
    known = [n for n, f in load("optim").items() if any(p.name.text == "lr" for p in f.parameters)]
    if name not in known:
        near = suggest(name, known)
        hint = f"did you mean {near}?" if near else f"the optimisers are {', '.join(known)}"
        raise Misuse(f"there is no optimiser {name}", hint)
    options = rest.rpartition(")")[0].strip() if bracket else ""
    if bracket and not rest.strip().endswith(")"):
        raise Misuse(f"--optim takes a call, and {optim} has no )", f'--optim "{name}({options or "…"})"')
    if rate is not None and "lr=" in options.replace(" ", ""):
        raise Misuse("the rate is given twice", "leave out --lr")
    first = f"lr={rate}" if rate is not None else ("" if "lr=" in options.replace(" ", "") else f"lr={DEFAULT_RATE}")
    return f"optim.{name}({', '.join(filter(None, [first, options]))})"


# ---------------------------------------------------------------- data


def recipe_of(
    asked: Asked, planned: Plan, optimiser: str | None, before: Recipe | None
) -> tuple[Recipe, Examples, tuple[Array, Array], dict[str, object]]:
    """The recipe, the examples, the rows to learn from and those held out, and the other feeds.

    Raises Diagnostics and Misuse.
    """
    examples, others = read_examples(asked, planned)
    held_out = held_out_of(asked.validate, examples.count)
    if asked.validate_feed and not (held_out or (before and before.held_out) or planned.whole.outputs):
        raise Misuse("--validate-feed is for figures that are measured apart, and there are none", "--validate 0.2")
    recipe = Recipe(
        planned.loss.name,
        optimiser,
        agreed("batch", asked.batch, before and before.batch, DEFAULT_BATCH),
        agreed("no-shuffle", asked.shuffle, before and before.shuffle, True),
        agreed("drop-last", asked.drop_last, before and before.drop_last, False),
        agreed("validate", held_out, before and before.held_out, 0),
        agreed("seed", asked.seed, before and before.seed, 0),
    )
    if recipe.drop_last and examples.count - recipe.held_out < recipe.batch:
        message = f"{examples.count - recipe.held_out:,} examples make no full batch of {recipe.batch:,}"
        raise problem("E0609", message, hint="leave out --drop-last")
    if before is not None and before.loss != recipe.loss:
        raise Misuse(f"the training was begun with --loss {before.loss}", f"--loss {before.loss}")
    return recipe, examples, split(examples.count, recipe.held_out, recipe.seed), others


def agreed(option: str, asked: Any, before: Any, default: Any) -> Any:
    """What is asked for, or was; both may not differ."""
    if before is None:
        return default if asked is None else asked
    if asked is not None and asked != before:
        raise Misuse(f"the training was begun with another --{option}: {before}", f"leave out --{option}")
    return before


def read_examples(asked: Asked, planned: Plan) -> tuple[Examples, dict[str, object]]:
    """The examples, and what is fed besides.  Raises Diagnostics."""
    held = read_arrays(asked.data) if asked.feed else {}
    twice = [name for name, _ in asked.feed if name in held]
    if twice:
        raise Misuse(f"{twice[0]} is in {asked.data} and in --feed", f"leave out --feed {twice[0]}=…")
    feeds = read_feeds(planned.step, FeedOptions(asked.feed, asked.data))
    arrays = {n: a for n, a in feeds.items() if n in planned.batched and isinstance(a, np.ndarray) and a.ndim}
    others = {name: value for name, value in feeds.items() if name not in arrays}
    if not arrays:
        listed = ", ".join(planned.batched)
        raise problem("E0703", f"{asked.data} has no examples: it has none of {listed}", hint="--along SIZE")
    differing = sizes_differ(arrays)
    if differing:
        (first, count), (other, less) = differing[:2]
        raise problem("E0609", f"{asked.data} has {count:,} examples in {first} and {less:,} in {other}")
    count = len(next(iter(arrays.values())))
    if not count:
        raise problem("E0609", f"{asked.data} holds no examples")
    return Examples(arrays, count), others


def held_out_of(text: str | None, count: int) -> int | None:
    """How many examples are held out: of a part or a number.  Raises Misuse."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    wanted = round(number * count) if 0 < number < 1 else number
    if not 0 < wanted < count or wanted != int(wanted) or (number >= 1 and not text.strip().isdigit()):
        raise Misuse(f"{text} is no part of {count:,} examples", "--validate 0.2, or --validate 100")
    return int(wanted)
