"""Running a graph for `run` and `grad --run`: feeds in, steps, results out.

In: a graph and the options of a run.  Out: results on stdout or in files, the state in its folder.  A run that fails
writes nothing; one that doesn't fail keeps its state, whatever becomes of its results.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

import click
import numpy as np

from graphc.cli.compiling import optimised, say
from graphc.cli.deadline import lift
from graphc.cli.failure import Misuse
from graphc.cli.options import FeedOptions, PassOptions, RunOptions
from graphc.cli.program import Opened
from graphc.cli.progress import Progress
from graphc.cli.terminal import columns, is_terminal
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.suggest import suggest
from graphc.driver import CATALOGUE, Options, executable, fetch, override
from graphc.driver.eager import Eager
from graphc.driver.measure import count_operations, peak_bytes
from graphc.driver.session import Session
from graphc.executors.binding import Advice, Advise, option
from graphc.executors.failure import TimeUp
from graphc.executors.random_state import RandomState, draws
from graphc.files import load_random, load_state, parse_feed, read_array, read_arrays, update_state, write_array
from graphc.files.arrays import ENDINGS
from graphc.files.atomic import check_folder, check_writable
from graphc.files.problems import problem
from graphc.ir.graph import Graph, Node
from graphc.ir.literal import format_result, json_value
from graphc.ir.types import STR, Array, TensorType

OPTIMISER = "opt."  # how the names of an optimiser's variables begin in the state of a training
_SHORT = 1000  # elements of a result that a terminal shows in full


@dataclass(frozen=True, slots=True)
class Home:
    """The program that is run, the variables that it declares, and whether a saved program keeps their new values."""

    opened: Opened
    declared: Sequence[Node]
    saves: bool = False


def execute(graph: Graph, wanted: RunOptions, options: Options, passes: PassOptions, home: Home) -> None:
    """Run a program as the command line asks."""
    feeds = read_feeds(graph, wanted.feeds, say if wanted.verbose else None)
    graph = override(graph, CATALOGUE, feeds)
    if wanted.fetch:
        if graph.updates:
            refuse_idle_steps(wanted)
        graph = fetch(graph, wanted.fetch, effects=wanted.effects)
    check_outs(graph, wanted.out)
    if wanted.verbose or passes.inspects:
        optimised(graph, options, passes)
    static: list[Graph] = []
    session = Session(
        graph,
        executable(graph, options, prepared=static.append),
        random=random_state(wanted, home.opened),
        write=printer(wanted),
        note=noted_once() if wanted.verbose else None,
        advise=advice(wanted.feeds.archive, names_of(graph)),
    )
    state = _State(graph, wanted, home)
    check_places(wanted.out, wanted.state if wanted.state in state.places else None)
    session.state = state.start()
    binding = session.bind(feeds)
    session.prepare(binding)
    step, variables = partial(session.step, binding), partial(session.variables, binding)
    outputs, seconds = run_steps(session, step, variables, wanted, state)
    if state.places:
        state.keep(session, variables())
    for name, path in wanted.out:
        write_array(path, outputs[name])
    if wanted.verbose:
        say(_summary(static[-1], seconds))
    print_results(graph, outputs, wanted)


def _summary(graph: Graph, seconds: float) -> str:
    ops = count_operations(graph)
    return f"run      numpy, {ops} op{'' if ops == 1 else 's'}, {seconds * 1e3:.3g} ms, peak {peak_bytes(graph):,} B"


def noted_once() -> Callable[[str], None]:
    seen: set[str] = set()

    def note(text: str) -> None:
        if text not in seen:
            seen.add(text)
            say(f"cast     {text}")

    return note


def printer(wanted: RunOptions) -> Callable[[str], object]:
    """Where prints of the program go."""
    return lambda text: click.echo(text, nl=False, err=wanted.as_json)


# ---------------------------------------------------------------- in


@dataclass(frozen=True, slots=True)
class Takers:
    """The inputs that can be fed, by name.

    `bare`: the names whose feeds may be strings without quotes.  `strings`: all that hold strings.  `vectors`: inputs
    with one axis.
    """

    inputs: Sequence[str]
    bare: Container[str]
    strings: Container[str]
    vectors: Container[str] = ()

    def wants_numbers(self, name: str) -> bool:
        return name in self.inputs and name not in self.strings


def read_feeds(graph: Graph, given: FeedOptions, note: Callable[[str], None] | None = None) -> dict[str, object]:
    """All feeds by name.  Those of an archive that no input has are left out; `note` is told."""
    values = {**graph.names, **{n.attrs[0]: n.results[0] for n in graph.inputs()}}
    strings = {name for name, value in values.items() if value.type == TensorType(STR)}
    text = {name for name, value in values.items() if value.type.dtype is STR}
    vectors = {n.attrs[0] for n in graph.inputs() if len(n.results[0].type.shape) == 1}
    return feeds_of(Takers(names_of(graph), strings, text, vectors), given, note)


def feeds_of(takers: Takers, given: FeedOptions, note: Callable[[str], None] | None = None) -> dict[str, object]:
    """The same for inputs that are known by name."""
    inputs = takers.inputs
    feeds: dict[str, object] = {}
    if given.archive is not None:
        arrays = read_arrays(given.archive)
        if inputs and set(inputs).isdisjoint(arrays):
            raise _feeds_nothing(given.archive, list(arrays), inputs)
        for name, array in arrays.items():
            if name in inputs:
                feeds[name] = array
                if takers.wants_numbers(name) and array.dtype.kind == "U":
                    read_array(given.archive, name, words=False)  # says which cell is none
            elif note is not None:
                note(f"feeds    {given.archive} has {name}, which is no input")
    for name, text in given.feeds:
        value = parse_feed(text, name, bare=name in takers.bare, words=not takers.wants_numbers(name))
        _refuse_table(name, text, value, takers)
        feeds[name] = value
    return feeds


def _refuse_table(name: str, text: str, value: object, takers: Takers) -> None:
    """Raise Diagnostics E0303 for a whole table where a vector is wanted, with the column to choose."""
    path = text.strip()[1:]
    if isinstance(value, np.ndarray) and value.ndim == 2 and name in takers.vectors and path.lower().endswith(".csv"):
        try:
            columns = list(read_arrays(path))
        except Diagnostics:  # without names there is nothing to choose
            return
        message = f"input {name} takes a vector, but {path} is a table with the columns {', '.join(columns)}"
        raise problem("E0303", message, hint=f"--feed {name}=@{path}:{columns[0]}")


def advice(archive: str | None, inputs: Sequence[str]) -> Advise:
    """What is said of an input without a value, where an archive feeds by name: what that holds, and the name there
    that was probably meant."""
    held: list[str] = []  # read when it is needed

    def advise(name: str, type: TensorType) -> Advice:
        if archive is None:
            return option(name, type)
        held[:] = held or read_arrays(archive)
        left = [key for key in held if key not in inputs]
        meant = suggest(name, left) or (left[0] if len(left) == 1 else None)
        hint = option(name, type).hint if meant is None else f"did you mean {meant}? --feed {name}=@{archive}:{meant}"
        return Advice(hint, (f"{archive} holds {', '.join(held)}",))

    return advise


def names_of(graph: Graph) -> list[str]:
    """The names of a program's inputs."""
    return [n.attrs[0] for n in graph.inputs()]


def _feeds_nothing(archive: str, arrays: list[str], inputs: Sequence[str]) -> Diagnostics:
    notes = (f"it has {', '.join(arrays) or 'no arrays'}", f"the inputs are {', '.join(inputs)}")
    hint = f"--feed {inputs[0]}=@{archive}:{arrays[0]}" if arrays else None
    return problem("E0703", f"{archive} has nothing that is named like an input", *notes, hint=hint)


class Keeper(Protocol):
    """The places where the variables of a run are kept."""

    @property
    def places(self) -> tuple[str, ...]: ...

    def keep(self, session: Session | Eager, variables: Mapping[str, Array]) -> None: ...


class _State:
    """The variables of a run: where they come from, and the places where they are kept."""

    def __init__(self, graph: Graph, wanted: RunOptions, home: Home) -> None:
        self._names = [n.attrs[0] for n in graph.variables()]
        self._folder, self._opened, self._wanted = wanted.state, home.opened, wanted
        self._declared = [n.attrs[0] for n in home.declared]
        self._saved = home.opened.variables(graph)
        changes = wanted.effects or not wanted.fetch
        if home.saves and not changes:
            raise Misuse("a fetch changes no variable", "--save-state --effects")
        self._saves = home.saves
        folder = (wanted.state,) if changes and wanted.state is not None else ()
        self.places: tuple[str, ...] = (*folder, home.opened.name) if home.saves else folder

    def start(self) -> dict[str, Array]:
        """What the run starts with, where that isn't the initial value."""
        if self._folder is None:
            return self._saved
        hint = "leave out --fetch, or add --effects: a fetch alone changes no variable"
        found = saved_state(self._folder, must_exist=self._folder not in self.places, hint=hint)
        if found is None:
            return self._saved
        say_missing(self._folder, self._names, self._declared, [*found, *self._saved])
        return {**self._saved, **{name: found[name] for name in self._names if name in found}}

    def keep(self, session: Session | Eager, variables: Mapping[str, Array]) -> None:
        """Write the variables to their places; those that an entry point doesn't have stay as they are there."""
        if self._folder in self.places:
            save(session, variables, self._wanted)
        if self._saves and self._opened.saved is not None:
            self._opened.saved.keep(variables, drawn(session))


def starting_values(graph: Graph, wanted: RunOptions, opened: Opened) -> dict[str, Array]:
    """What the variables of a graph start with that isn't run but printed: where that isn't the initial value."""
    values = opened.variables(graph)
    names = [n.attrs[0] for n in graph.variables()]
    if wanted.state is not None:
        found = saved_state(wanted.state, must_exist=True) or {}
        say_missing(wanted.state, names, names, [*found, *values])
        values |= {name: found[name] for name in names if name in found}
    left = [n.attrs[0] for n in graph.variables() if n.attrs[0] in values and not n.results[0].type.is_static]
    if left:
        prints = "prints" if len(left) == 1 else "print"
        say(f"note: {', '.join(left)}, of a size that a run tells, {prints} with the initial value, not the saved one")
    return values


def saved_state(folder: str, *, must_exist: bool, hint: str | None = None) -> dict[str, Array] | None:
    """All variables that a folder has; None if it doesn't exist."""
    if not os.path.lexists(folder):
        if must_exist:
            raise problem("E0701", f"there is no saved state: {folder} doesn't exist", hint=hint)
        return None
    if not os.path.isdir(folder):
        raise problem("E0701", f"{folder} is a file, not a folder with a state")
    return load_state(folder)


def say_missing(folder: str, known: Sequence[str], declared: Sequence[str], saved: Sequence[str]) -> None:
    """Say which of the `known` variables aren't saved, and, as one may have another name now, which saved ones nobody
    declares."""
    missing = [name for name in known if name not in saved]
    if missing:
        verb = "starts" if len(missing) == 1 else "start"
        spare = [name for name in saved if name not in declared and not name.startswith(OPTIMISER)]
        keeps = f"; it keeps {', '.join(spare)}, which the program doesn't declare" if spare else ""
        say(f"note: {folder} has no {', '.join(missing)}, which {verb} from the initial value{keeps}")


def random_state(wanted: RunOptions, opened: Opened | None = None) -> RandomState:
    """Where the random numbers stand: at the start, or where a saved state or program left them.

    A given seed is taken.
    """
    saved = load_random(wanted.state) if wanted.state is not None else None
    if saved is None and opened is not None and opened.saved is not None:
        saved = opened.saved.contents.random
    seed, runs = saved or (0, 0)
    return RandomState(seed if wanted.seed is None else wanted.seed, runs)


def save(session: Session | Eager, variables: Mapping[str, Array], wanted: RunOptions) -> None:
    """Save the state that a run left, and where its random numbers stand; what else the folder holds stays."""
    update_state(str(wanted.state), variables, drawn(session))


def drawn(session: Session | Eager) -> tuple[int, int] | None:
    """The seed of a program that draws random numbers, and how many runs have drawn some."""
    graph = session.program if isinstance(session, Session) else session.graph
    return (session.random.seed, session.random.runs) if graph is not None and draws(graph) else None


# ---------------------------------------------------------------- the run


def refuse_idle_steps(wanted: RunOptions, reason: str = "a fetch alone updates no variable") -> None:
    """Raise Misuse for several steps of which each would begin where the first did."""
    if wanted.steps > 1 and not wanted.effects:
        raise Misuse(f"{reason}, so {wanted.steps} steps would train nothing", f"--steps {wanted.steps} --effects")


def run_steps(
    session: Session | Eager,
    step: Callable[[], Mapping[str, Array]],
    variables: Callable[[], Mapping[str, Array]],
    wanted: RunOptions,
    state: Keeper,
) -> tuple[Mapping[str, Array], float]:
    """The outputs of the last step, and how long a step took."""
    gc.freeze()  # what is compiled stays: no need to look through it for garbage
    gc.enable()
    start = perf_counter()
    outputs: Mapping[str, Array] = {}
    with Progress(wanted.steps) as progress:
        try:
            for _ in range(wanted.steps):
                outputs = step()
                progress.advance(outputs)
        except (KeyboardInterrupt, TimeUp):
            lift()
            if state.places and session.steps:
                state.keep(session, variables())
                places = " and ".join(state.places)
                say(f"\nstopped after {session.steps} of {wanted.steps} steps; the state is in {places}")
            raise
    return outputs, (perf_counter() - start) / wanted.steps


# ---------------------------------------------------------------- out


def check_outs(graph: Graph, out: tuple[tuple[str, str], ...]) -> None:
    """Before anything runs: are these outputs, and formats that can be written?"""
    names = [o.name for o in graph.outputs]
    check_endings(out, names)
    for name, _ in out:
        if name not in names:
            near = suggest(name, names)
            hint = f"did you mean {near}?" if near else f"its outputs are {', '.join(names)}"
            raise Diagnostics([Diagnostic("E0408", f"the run has no output {name}", hint=hint)])


def check_endings(out: tuple[tuple[str, str], ...], names: Sequence[str]) -> None:
    """Raise Misuse for what no output of these names can be written to."""
    for name, path in out:
        if not name:
            raise Misuse(f"--out takes NAME=FILE, not {path}", f"--out {names[0] if names else 'y'}={path}")
        if not path.lower().endswith(ENDINGS):
            raise Misuse(f"{path} has none of the endings {' '.join(ENDINGS)}", f"--out {name}={name}.npy")


def check_places(out: tuple[tuple[str, str], ...], state: str | None) -> None:
    """Before anything runs: can its results be written, and its state kept?  Raises Diagnostics E0701 and E0706."""
    for _, path in out:
        check_writable(path)
    if state is not None:
        if os.path.lexists(state) and not os.path.isdir(state):
            raise problem("E0701", f"{state} is a file, not a folder with a state")
        check_folder(state)


def print_results(graph: Graph, outputs: Mapping[str, Array], wanted: RunOptions) -> None:
    dtypes = {o.name: o.value.type.dtype for o in graph.outputs}
    strong = {name: None if dtype.weak else dtype for name, dtype in dtypes.items()}
    if wanted.as_json:
        document = {"outputs": {name: json_value(array, strong[name]) for name, array in outputs.items()}}
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    limit = _SHORT if is_terminal(sys.stdout) else None
    width = columns(sys.stdout, 100)
    written = {name for name, _ in wanted.out}
    for name, array in outputs.items():
        if name not in written:
            click.echo(format_result(name, array, strong[name], width=width, limit=limit))
