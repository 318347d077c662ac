"""Compiled programs: called with feeds, they give outputs, and keep the variables in between.

In: a graph.  Out: `Compiled`, made by `Program.compile`; `State`, its variables by name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphc.api.flat import Flat, make_flat
from graphc.api.written import Written
from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.driver import Options, executable
from graphc.driver.saved import save_program
from graphc.driver.session import Session
from graphc.executors.binding import argument_of, bind
from graphc.executors.numpy import default_of
from graphc.executors.random_state import RandomState, draws
from graphc.files import is_state, load_random, load_state, update_state
from graphc.files.problems import problem
from graphc.ir.graph import Graph, Node
from graphc.ir.text import print_graph
from graphc.ir.types import Array
from graphc.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """Where a program comes from: its source, its entry points, and the values that its variables start from.

    `source` is None for what nobody wrote, as a gradient; `variables` has those that don't start from initial values.
    """

    source: Source | None = None
    entries: tuple[str, ...] = ()
    variables: Mapping[str, Array] = field(default_factory=dict)


class Compiled:
    """A program that can be called, specialised on the first call for each set of sizes."""

    def __init__(
        self,
        graph: Graph,
        options: Options,
        wrt: tuple[str, ...] = (),
        of: str | None = None,
        *,
        seed: int = 0,
        home: Home | None = None,
        dropped: tuple[Node, ...] = (),
    ) -> None:
        home = home or Home()
        self._graph, self._options, self._wrt, self._of, self._home = graph, options, wrt, of, home
        self._dropped = dropped
        code = executable(graph, options)
        self._session = Session(graph, code, random=RandomState(seed), dropped=dropped, advise=argument_of("step"))
        names = {n.attrs[0] for n in graph.variables()}
        self._session.state = {name: np.array(a) for name, a in home.variables.items() if name in names}
        self.state = State(self._session)

    def __repr__(self) -> str:
        inputs = ", ".join(n.attrs[0] for n in self._graph.inputs())
        return f"<compiled program: {inputs or 'no inputs'} -> {', '.join(o.name for o in self._graph.outputs)}>"

    def __reduce__(self) -> tuple[object, ...]:
        """A pickle holds its text, from which it is compiled again, and its variables as they are now."""
        written, dropped = Written.of(self._graph, self._options), Written.inputs(self._dropped, self._options)
        with self._session.lock:
            kept = self._session.state, self._session.random
        return _unpickled, (written, dropped, self._wrt, self._of, self._home, *kept)

    def __call__(self, /, **feeds: object) -> dict[str, Array]:
        """One run: the outputs by name.  Threads that call it wait for each other: each finds what the last one left.

        Feeds are numbers, lists, NumPy arrays, or anything with `__array__` or DLPack.  Raises Diagnostics, the
        variables as they were.
        """
        with self._session.lock:
            return self._session.step(self._session.bind(feeds))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the program with the variables as they are now, as a folder `NAME.gm`.  Raises Diagnostics."""
        source = self._home.source or Source("program.g", print_graph(self._graph))
        with self._session.lock:
            state = self._session.state
        save_program(path, source, self._options, {**self._home.variables, **state})

    def flat(self, /, **feeds: object) -> Flat:
        """The gradient program as a function of one vector, for `scipy.optimize.minimize(fun, fun.x0, jac=True)`.

        The vector holds the values of `wrt`, one after the other.  Raises Diagnostics.
        """
        if not self._wrt or self._of is None:
            message = "only a gradient can be flattened"
            raise Diagnostics([Diagnostic("E0408", message, hint="program.grad(wrt=[…]).compile().flat(…)")])
        return make_flat(self._graph, self._options, self._of, self._wrt, feeds, self._session, self._dropped)


def _unpickled(
    written: Written,
    dropped: Written,
    wrt: tuple[str, ...],
    of: str | None,
    home: Home,
    state: dict[str, Array],
    random: RandomState,
) -> Compiled:
    compiled = Compiled(
        written.read().graph, written.options, wrt, of, home=home, dropped=dropped.read().graph.inputs()
    )
    compiled._session.state, compiled._session.random = state, random
    return compiled


class State(MutableMapping[str, Array]):
    """The variables by name: `state["w"]`, `state["w"] = …`, `reset()`, `save(folder)`, `load(folder)`.

    What is read is a copy.  A variable has its initial value until a run or an assignment gives it another.  Threads
    see the variables as they are between two runs.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._nodes: dict[str, Node] = {n.attrs[0]: n for n in session.program.variables()}

    def __repr__(self) -> str:
        return f"<state of {', '.join(self._nodes) or 'nothing'}>"

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> Array:
        """Raises Diagnostics for a name that is none, and where the sizes of an initial value aren't known yet."""
        node = self._node(name)
        with self._session.lock:
            array, random = self._session.state.get(name), self._session.random
        if array is not None:
            return array.copy()
        if not node.results[0].type.is_static:
            message = f"{name} is {node.results[0].type}, of a size that the first run tells"
            raise Diagnostics([Diagnostic("E0314", message, Label(node.origin.span))])
        return np.array(default_of(node, {}, random))

    def __setitem__(self, name: str, value: Any) -> None:
        """Raises Diagnostics unless the value has the variable's shape, and a dtype that becomes its own."""
        self._set({name: value}, "the value")

    def __delitem__(self, name: str) -> None:
        raise TypeError("variables can't be deleted; reset() gives them their initial values")

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def reset(self) -> None:
        """All variables get their initial values back, those that the program has; the random numbers begin again."""
        with self._session.lock:
            self._session.state = {}
            self._session.random = RandomState(self._session.random.seed)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the variables to a folder, where `load` and `graphc run --state` find them; others there stay.

        Raises Diagnostics.
        """
        with self._session.lock:
            variables, random = dict(self), self._session.random
        update_state(folder, variables, (random.seed, random.runs) if draws(self._session.program) else None)

    def load(self, folder: str | os.PathLike[str]) -> None:
        """Take the variables from a folder; those it lacks stay.  Random numbers go on where that state left them.

        Raises Diagnostics.
        """
        if not is_state(folder):
            there = "holds none" if os.path.lexists(folder) else "doesn't exist"
            load_state(folder)  # says so if it is a file, or holds something else
            raise problem("E0701", f"there is no saved state: {os.fspath(folder)} {there}")
        saved, random = load_state(folder), load_random(folder)
        with self._session.lock:
            self._set({name: array for name, array in saved.items() if name in self._nodes}, "the saved state")
            if random is not None:
                self._session.random = RandomState(*random)

    def _node(self, name: str) -> Node:
        if name not in self._nodes:
            near = suggest(name, self._nodes)
            hint = f"did you mean {near}?" if near else None
            raise Diagnostics([Diagnostic("E0201", f"the program has no variable {name}", hint=hint)])
        return self._nodes[name]

    def _set(self, values: Mapping[str, Any], kept_as: str) -> None:
        nodes = tuple(self._node(name) for name in values)
        bound = bind(Graph(nodes, ()), {}, values, kept_as=kept_as)
        copies = {name: np.array(array) for name, array in bound.state.items()}
        with self._session.lock:
            self._session.state = {**self._session.state, **copies}
