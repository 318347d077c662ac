"""Statements executed as they are given, as in a notebook: what `graphc repl` does, from Python.

In: text.  Out: `Session`, whose names are arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import RLock

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.suggest import suggest
from graphc.driver import Options
from graphc.driver.eager import Listeners
from graphc.driver.interactive import Interactive
from graphc.executors.binding import argument_of
from graphc.executors.random_state import RandomState, seed_of
from graphc.exporters.dot import to_dot
from graphc.ir.graph import Graph
from graphc.ir.types import DEFAULT_FLOATS, Array


class Session:
    """`session.run("x = 3.0; y = x ** 2")`, then `session["y"]`; `str(session)` is the program so far.

    Inputs take their values when they are declared: `Session(x=3.0)`, `Session(feeds={"seed": 3.0})` or
    `session.feed(x=3.0)` give them before.  Values are set by statements alone.  `seed` chooses the random numbers.
    Raises Diagnostics for a statement that fails, which is then forgotten.  Threads wait for each other's statements.
    """

    def __init__(
        self,
        /,
        *,
        float: str = "f32",
        seed: int = 0,
        feeds: Mapping[str, object] | None = None,
        **more: object,
    ) -> None:
        if float not in DEFAULT_FLOATS:
            raise ValueError(f'float is "f32" or "f64", not {float!r}')
        listeners = Listeners(advise=argument_of("session.feed"))
        self._session = Interactive(Options(DEFAULT_FLOATS[float]), listeners, random=RandomState(seed_of(seed)))
        self._session.eager.feeds.update({**(feeds or {}), **more})
        self._lock = RLock()

    def feed(self, /, **feeds: object) -> None:
        """Give values to inputs that are declared from now on; those declared before keep theirs."""
        with self._lock:
            self._session.eager.feeds.update(feeds)

    def run(self, text: str) -> None:
        """Execute statements; what they print goes to stdout."""
        with self._lock:
            for _ in self._session.enter(text):
                pass

    def show(self, text: str) -> str:
        """Execute statements, or a value alone, and give what there is to see: `9.0 : f32`."""
        with self._lock:
            return "\n".join(map(str, self._session.enter(text)))

    @property
    def graph(self) -> Graph:
        """The graph so far."""
        with self._lock:
            return self._session.graph()

    def dot(self) -> str:
        """A drawing of it for Graphviz."""
        return to_dot(self.graph, title="session")

    def __getitem__(self, name: str) -> Array:
        with self._lock:
            array = self._session.value(name)
        if array is None:
            near = suggest(name, self._session.names())
            hint = f"did you mean {near}?" if near else None
            raise Diagnostics([Diagnostic("E0201", f"the session has no value {name}", hint=hint)])
        return np.array(array)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._session.names() if self._session.value(name) is not None)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._session.value(name) is not None

    def __str__(self) -> str:
        return self._session.text

    def __repr__(self) -> str:
        return f"<graphc session: {', '.join(self) or 'nothing yet'}>"
