"""Training: a program that is run on batch after batch, with a step of an optimiser after each.

In: a program, a loss, data.  Out: variables that make the loss small, and a row of figures for each epoch.  `plan`
compiles what is run, `Training` runs it; all that it has to know to go on is its variables, its random numbers and its
`Progress`.  The command line reads data and keeps checkpoints.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import Any

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.driver import Options, Step, compile_source, executable, parse
from graphc.driver.batches import Examples, batches, order
from graphc.driver.choose import fetch
from graphc.driver.derive import subject
from graphc.driver.session import Session
from graphc.executors.binding import Advise, option
from graphc.executors.random_state import RandomState
from graphc.ir.dims import symbol
from graphc.ir.graph import Graph, Node, Output, Value, reachable
from graphc.ir.text import print_graph
from graphc.ir.types import Array
from graphc.source import Source

Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the bits of a training, besides the program and the data.

    `optimiser`: as `optim.adam(lr=0.001)`; None if the program updates its variables itself.  `held_out`: how many
    examples are kept for validation.
    """

    loss: str
    optimiser: str | None
    batch: int
    shuffle: bool
    drop_last: bool
    held_out: int
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: `step` on each batch, `whole` once in an epoch, `held_out` on the examples for validation.

    `batched`: the inputs that take a row for each example.  `digest` tells the program from others.
    """

    step: Graph
    whole: Graph
    held_out: Graph
    loss: Output
    batched: tuple[str, ...]
    digest: str


# ---------------------------------------------------------------- what is run


def plan(source: Source, options: Options, loss: str | None, optimiser: str | None, along: str | None) -> Plan:
    """Compile a program for training.  `along`: the size that is the number of examples.  Raises Diagnostics."""
    program = compile_source(source, options).graph
    found = named_loss(program, loss)
    check_loss(found)
    trained = program
    if optimiser is not None:
        check_trainable(program, found)
        text = step_text(found.name, optimiser)
        trained = compile_source(source, options, step=Step(found.name, parse(Source("--optim", text)))).graph
    names = batched(program, found, along)
    metrics = [o for o in trained.outputs if o.name != found.name and is_metric(o.value)]
    heads = {n for n in trained.inputs() if n.attrs[0] in names}
    varying = [o.name for o in metrics if not heads.isdisjoint(reachable([o.value]))]
    step = fetch(trained, [found.name, *varying], effects=True)
    return Plan(
        step,
        fetch(trained, [o.name for o in metrics if o.name not in varying]),
        fetch(trained, [found.name, *varying]),
        found,
        names,
        sha256(print_graph(program).encode()).hexdigest(),
    )


def step_text(loss: str, optimiser: str) -> str:
    """The statements of a step.  `step` in the optimiser counts them, for a schedule: the variable `opt.step`."""
    count = re.compile(r"(?<![\w.])step(?![\w=])")
    if not count.search(optimiser):
        return f"minimize({loss}, with={optimiser})"
    counted = count.sub("opt.step", optimiser)
    return f"var opt.step: i64 = 0, trainable=false\nminimize({loss}, with={counted})\nopt.step += 1\n"


def named_loss(graph: Graph, name: str | None) -> Output:
    """The loss: of this name, or the only output, or `loss`.  Raises Diagnostics E0408."""
    if name is None and len(graph.outputs) != 1 and all(o.name != "loss" for o in graph.outputs):
        listed = [o.name for o in graph.outputs]
        message = f"which is the loss of {', '.join(listed)}?" if listed else "the program has no output"
        hint = f"--loss {listed[0]}" if listed else "output loss = …"
        raise Diagnostics([Diagnostic("E0408", message, hint=hint)])
    return subject(graph, name)


def is_metric(value: Value) -> bool:
    """Is it a number that can be shown for an epoch?"""
    return not value.type.shape and value.type.dtype.kind in "fiub"


def check_loss(loss: Output) -> None:
    """Raise Diagnostics E0401 or E0311 for what can't be made small."""
    kind, place = loss.value.type, Label(loss.origin.span)
    if not kind.dtype.is_float:
        raise Diagnostics([Diagnostic("E0401", f"{loss.name} is {kind}, which has no derivative", place)])
    if kind.shape:
        message = f"a loss is a scalar, and {loss.name} is {kind}"
        raise Diagnostics([Diagnostic("E0311", message, place, hint=f"loss = mean({loss.name})")])


def check_trainable(graph: Graph, loss: Output) -> None:
    """Raise Diagnostics E0413 for a program in which nothing can be learned."""
    if not any(n.attr("trainable") and n.results[0].type.dtype.is_float for n in graph.variables()):
        message = f"the program has no trainable variable, so {loss.name} stays as it is"
        place = Label(loss.origin.span)
        floats = [n.attrs[0] for n in graph.variables() if n.results[0].type.dtype.is_float]
        hint = f"leave out trainable=false of {floats[0]}" if floats else "var w: f32 = 0.0 declares one"
        raise Diagnostics([Diagnostic("E0413", message, place, hint=hint)])


def updated(graph: Graph) -> list[Node]:
    """The trainable variables to which the program itself gives new values."""
    return [u.variable.node for u in graph.updates if u.variable.node.attr("trainable")]


def free_leading(inputs: list[Node]) -> str:
    """`input X: f32[n, 3]` for an `X: f32[32, 3]` of the program."""
    if not inputs:
        return "input X: f32[n, 64]"
    name, kind = inputs[0].attrs[0], inputs[0].results[0].type
    taken = {str(size) for size in kind.shape}
    size = next(s for s in ("n", "rows", "examples", "n_examples") if s not in taken)
    return f"input {name}: {kind.with_shape((symbol(size), *kind.shape[1:]))}"


def batched(graph: Graph, loss: Output, along: str | None) -> tuple[str, ...]:
    """The inputs whose leading dimension is the number of examples.  Raises Diagnostics E0609."""
    needed = reachable([loss.value])
    leading: dict[str, list[Node]] = {}
    for node in graph.inputs():
        shape = node.results[0].type.shape
        if shape and not isinstance(shape[0], int) and str(shape[0]).isidentifier():
            leading.setdefault(str(shape[0]), []).append(node)
    used = [name for name, nodes in leading.items() if not needed.isdisjoint(nodes)]
    if along is None and len(used) == 1:
        along = used[0]
    if along in leading:
        return tuple([n.attrs[0] for n in leading[along]])
    place = Label(loss.origin.span, "depends on them" if used else "")
    if along is not None:
        hint = f"--along {used[0]}" if used else None
        raise Diagnostics([Diagnostic("E0609", f"no input has {along} as its leading size", place, hint=hint)])
    if not used:
        message = f"{loss.name} depends on no input with a free leading size, so there is nothing to take batches of"
        inputs = [n for n in graph.inputs() if n in needed and n.results[0].type.shape]
        raise Diagnostics([Diagnostic("E0609", message, place, hint=free_leading(inputs))])
    message = f"the number of examples may be {' or '.join(used)}: both are leading sizes of inputs"
    raise Diagnostics([Diagnostic("E0609", message, place, hint=f"--along {used[0]}")])


# ---------------------------------------------------------------- how far it is


@dataclass(slots=True)
class Progress:
    """Where a training is.

    `epoch`: those that are complete.  `position`: the batches of this one so far, `sums` their figures, each times the
    number of examples, `seen` those.  `step`: all batches so far.  `best`, `waited`: of the figure that is watched.
    """

    epoch: int = 0
    position: int = 0
    step: int = 0
    seen: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    history: list[Row] = field(default_factory=list)
    best: float | None = None
    waited: int = 0

    def document(self) -> dict[str, Any]:
        """As JSON, numbers to the last bit."""
        found = asdict(self)
        found["sums"] = {k: v.hex() for k, v in self.sums.items()}
        found["history"] = [{k: v.hex() for k, v in row.items()} for row in self.history]
        found["best"] = None if self.best is None else self.best.hex()
        return found

    @staticmethod
    def read(document: Mapping[str, Any]) -> Progress:
        """The same again.  Raises KeyError, TypeError or ValueError for another document."""
        whole = {key: int(document[key]) for key in ("epoch", "position", "step", "seen", "waited")}
        sums = {k: float.fromhex(v) for k, v in document["sums"].items()}
        history = [{k: float.fromhex(v) for k, v in row.items()} for row in document["history"]]
        best = document["best"]
        return Progress(sums=sums, history=history, best=None if best is None else float.fromhex(best), **whole)


@dataclass(frozen=True, slots=True)
class Watch:
    """The figure of an epoch that is watched; after `patience` epochs that don't improve it the training ends."""

    name: str
    largest: bool
    patience: int | None

    def improves(self, value: float, best: float | None) -> bool:
        return math.isfinite(value) and (best is None or (value > best if self.largest else value < best))


class Stopped(Exception):
    """Somebody asked for the training to stop; it is between two steps."""


@dataclass(slots=True)
class Events:
    """Who is told, after each batch, each epoch, and of each epoch that is the best so far."""

    batch: Callable[[Mapping[str, Array]], None]
    epoch: Callable[[Row], None]
    best: Callable[[], None]


class Training:
    """A training under way: `progress`, and `variables()` as they are."""

    def __init__(
        self,
        planned: Plan,
        recipe: Recipe,
        options: Options,
        examples: Examples,
        rows: tuple[Array, Array],
        *,
        others: Mapping[str, object],
        validating: Mapping[str, object],
        watch: Watch,
        write: Callable[[str], object],
        note: Callable[[str], None] | None = None,
        advise: Advise = option,
    ) -> None:
        self.progress = Progress()
        self.recipe = recipe
        self._examples, (self._rows, self._held_out) = examples, rows
        self._others, self._validating = dict(others), dict(validating)
        self._watch = watch
        self.loss = planned.loss
        random = RandomState(recipe.seed)
        self._advise = advise
        self.session = self._session(planned.step, options, random, write, note)
        self._whole = self._session(planned.whole, options, random, write) if planned.whole.outputs else None
        self._checked = self._session(planned.held_out, options, random, write) if len(self._held_out) else None
        self.stop = False

    def _session(
        self,
        graph: Graph,
        options: Options,
        random: RandomState,
        write: Callable[[str], object],
        note: Callable[[str], None] | None = None,
    ) -> Session:
        code = executable(graph, options)
        return Session(graph, code, random=random, write=write, note=note, advise=self._advise)

    # ------------------------------------------------------------ state

    def load(self, variables: Mapping[str, Array], runs: int, progress: Progress) -> None:
        """Go on from here."""
        self.session.state = dict(variables)
        self.session.random = RandomState(self.recipe.seed, runs)
        self.progress = progress

    def variables(self) -> dict[str, Array]:
        """All variables, those of the optimiser included.  Raises Diagnostics."""
        return self.session.variables(self.session.bind(self._feeds(self._rows[:1])))

    def not_finite(self, variables: Mapping[str, Array]) -> str | None:
        """A trainable variable that holds a number which is none."""
        for node in self.session.program.variables():
            array = variables[node.attrs[0]]
            if node.attr("trainable") and array.dtype.kind == "f" and not np.isfinite(array).all():
                return str(node.attrs[0])
        return None

    def _feeds(self, rows: Array) -> dict[str, object]:
        return {**self._others, **self._examples.take(rows)}

    # ------------------------------------------------------------ the loop

    def batches(self) -> list[Array]:
        """The rows of the batches of this epoch."""
        recipe = self.recipe
        rows = order(self._rows, recipe.seed, self.progress.epoch, shuffled=recipe.shuffle)
        return batches(rows, recipe.batch, drop_last=recipe.drop_last)

    @property
    def out_of_patience(self) -> bool:
        patience = self._watch.patience
        return patience is not None and self.progress.waited >= patience

    def run(self, epochs: int, events: Events) -> None:
        """Train until so many epochs are complete, or patience has run out.

        Raises Diagnostics E0610 when the loss is nan or infinite, and Stopped.
        """
        p = self.progress
        while p.epoch < epochs and not self.out_of_patience:
            start = perf_counter()
            rows = self.batches()
            for batch in rows[p.position :]:
                self._batch(batch, events)
            self._finish(events, perf_counter() - start)

    def _batch(self, rows: Array, events: Events) -> None:
        p = self.progress
        binding = self.session.bind(self._feeds(rows))
        self._others.update({name: array for name, array in binding.arrays.items() if name in self._others})
        outputs = self.session.step(binding)
        p.position, p.step, p.seen = p.position + 1, p.step + 1, p.seen + len(rows)
        for name, array in outputs.items():
            p.sums[name] = p.sums.get(name, 0.0) + float(array) * len(rows)
        loss = float(outputs[self.loss.name])
        if not math.isfinite(loss):
            raise diverged(self.loss, f"{self.loss.name} is {loss}", p, self._odd(rows))
        events.batch(outputs)
        if self.stop:
            raise Stopped

    def _odd(self, rows: Array) -> str | None:
        """An input whose examples in these rows aren't finite."""
        for name, array in self._examples.take(rows).items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                return name
        return None

    def _finish(self, events: Events, seconds: float) -> None:
        """The figures of an epoch."""
        p = self.progress
        row = {name: total / p.seen for name, total in p.sums.items()}
        if self._whole is not None:
            row |= self._measured(self._whole, {**self._others, **self._validating})
        if self._checked is not None:
            feeds = {**self._feeds(self._held_out), **self._validating}
            row |= {f"val_{name}": value for name, value in self._measured(self._checked, feeds).items()}
        p.epoch, p.position, p.seen, p.sums = p.epoch + 1, 0, 0, {}
        row = {"epoch": float(p.epoch), "step": float(p.step), **row, "seconds": seconds}
        p.history.append(row)
        better = self._watch.improves(row[self._watch.name], p.best)
        p.best, p.waited = (row[self._watch.name], 0) if better else (p.best, p.waited + 1)
        if better:
            events.best()
        events.epoch(row)

    def _measured(self, session: Session, feeds: Mapping[str, object]) -> Row:
        """The outputs of a program with the present variables, as numbers."""
        session.state = self.session.state
        session.random = self.session.random
        return {name: float(array) for name, array in session.step(session.bind(feeds)).items()}


def diverged(loss: Output, what: str, progress: Progress, odd: str | None = None) -> Diagnostics:
    """E0610.  `odd`: an input that isn't finite."""
    p = progress
    message = f"{what} at step {p.step}, batch {p.position} of epoch {p.epoch + 1}"
    hint = "a smaller rate, as --lr 1e-4, or clip_norm"
    if odd is not None:
        hint = f"{odd} itself is nan or infinite in this batch: leave such examples out"
    return Diagnostics([Diagnostic("E0610", message, Label(loss.origin.span), hint=hint)])


def figures(planned: Plan, held_out: int) -> Sequence[str]:
    """The names of the figures of an epoch."""
    varying = [o.name for o in planned.step.outputs]
    return [*varying, *(o.name for o in planned.whole.outputs), *(f"val_{n}" for n in varying if held_out)]
