"""What a program costs: compiling it, stage by stage, and running it once it is compiled.

In: a `Task`: a program, what is asked of it, and its feeds.  Out: a `Report` of medians and quartiles in seconds.
`graphc bench` calls it.  What happens once in a process (imports, the parser's tables, the library's files) is done
before anything is measured.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import numpy as np

from graphc.driver import CATALOGUE, Options, derive, elaborate, executable, fetch, override, parse, quietly
from graphc.driver.eager import Eager, Listeners
from graphc.driver.measure import count_operations, peak_bytes
from graphc.driver.report import Report
from graphc.driver.session import Session
from graphc.driver.timing import Clock, Done, Repeats, Timed, by_stage, in_turn, paired, spread
from graphc.executors.random_state import FIRST, RandomState
from graphc.ir.graph import Graph
from graphc.ir.text import print_graph
from graphc.ir.types import Array
from graphc.passes.pass_ import Context
from graphc.passes.prune import prune
from graphc.source import Source


@dataclass(frozen=True, slots=True)
class Task:
    """A program and what is asked of it: an entry point, derivatives, fetches; its feeds, and where its state starts.

    Every repeat starts from that state and draws the same random numbers: all do the same work, however many there are.
    """

    source: Source
    options: Options
    feeds: Mapping[str, object]
    entry: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    fetches: tuple[str, ...] = ()
    state: Mapping[str, Array] = field(default_factory=dict)
    random: RandomState = FIRST

    @property
    def whole(self) -> bool:
        """Is it the program as its source has it?"""
        return self.entry is None and not self.wrt and not self.fetches


def measure(task: Task, repeat: int | None = None, *, eagerly: bool = False, clock: Clock = perf_counter) -> Report:
    """Measure a task.  `repeat`: how many runs, else as many as a second allows, five at least.

    It is compiled as often as a second allows: three times at least, else not more often than it runs.  `eagerly`: it
    is executed eagerly, too, in turn with the compiled program.  Raises Diagnostics.
    """
    static: list[Graph] = []
    graph = graph_of(task)
    code = executable(graph, task.options, prepared=static.append)
    session = Session(graph, code, random=task.random, write=_drop)
    session.state = dict(task.state)
    binding = session.bind(task.feeds)
    session.state = _owned({**code.initial_state(binding.sizes, task.random), **session.state})
    calls = [_once_more(session, session.state, partial(session.step, binding))]
    if eagerly:
        eager = _eager(task, graph)
        calls.append(_once_more(eager, eager.state, eager.again))
    compiled = by_stage(
        partial(_compile, task, binding.sizes),
        Repeats(3, None if repeat is None else max(3, repeat)),
        before=gc.collect,  # the graphs of the repeat before: they are full of cycles
        clock=clock,
    )
    runs = Repeats(5, seconds=len(calls)) if repeat is None else Repeats(repeat, repeat)
    execution, *others = in_turn(calls, runs, clock)
    return Report(
        {stage: spread(samples) for stage, samples in compiled.items()},
        spread(execution),
        count_operations(static[-1]),
        peak_bytes(static[-1]),
        spread(others[0]) if others else None,
        paired(execution, others[0]) if others else None,
    )


def _once_more(session: Session | Eager, state: dict[str, Array], step: Callable[[], object]) -> Timed:
    """A step from this state, made once already: what the first one does only once isn't measured."""
    random = session.random

    def again() -> None:
        session.state, session.random = state, random

    step()
    return Timed(step, again)


def _owned(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The variables as a step leaves them, for the next one to take without a copy."""
    return {name: np.array(array) for name, array in arrays.items()}


def _drop(text: str) -> None:
    """Where prints of the program go."""


def graph_of(task: Task, done: Done = _drop) -> Graph:
    """The graph to run, before any pass; `done` hears of each stage.  Raises Diagnostics."""
    with quietly():
        program = parse(task.source)
        done("parse")
        graph = elaborate(program, CATALOGUE, default_float=task.options.default_float, entry=task.entry).graph
        done("elaborate")
        if task.wrt:
            graph = derive(graph, CATALOGUE, task.wrt, task.of).graph
            done("differentiate")
        graph = override(graph, CATALOGUE, task.feeds)
        return fetch(graph, task.fetches) if task.fetches else graph


def _compile(task: Task, sizes: Mapping[str, int], done: Done) -> None:
    """All that comes before the first step: what isn't a stage of its own is counted with the passes."""
    with quietly():
        executable(graph_of(task, done), task.options, prepared=lambda _: done("optimise")).plan(sizes)
    done("plan")


def _eager(task: Task, graph: Graph) -> Eager:
    """The same program, read and executed once, its state as it was at the start: `again` is then a step.

    What nobody wrote (a derivative, an entry point, a fetch) is executed as the program that `graphc show` prints.
    """
    source, feeds = task.source, task.feeds
    if not task.whole:
        graph = prune.run(graph, Context(CATALOGUE))
        needed = {n.attrs[0] for n in graph.inputs()}
        source = Source(source.name, print_graph(graph))
        feeds = {name: value for name, value in feeds.items() if name in needed}
    eager = Eager(task.options, feeds, Listeners(_drop), task.random)
    eager.state = dict(task.state)
    eager.run(parse(source))
    assert eager.graph is not None
    eager.state = _owned({n.attrs[0]: eager.placed[n] for n in eager.graph.variables()})
    eager.random = task.random
    return eager
