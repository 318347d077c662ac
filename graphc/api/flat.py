"""A gradient program as a function of one vector, as optimisers want it.

In: a gradient program, feeds, the values of its variables.  Out: `Flat`: a vector of f64 in, the value and the gradient
as a vector out.  `Compiled.flat` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from graphc.api.written import Written
from graphc.autodiff import derivative_name
from graphc.driver import CATALOGUE, Options, executable, fetch, override
from graphc.driver.session import Session
from graphc.executors.binding import Binding, argument_of
from graphc.executors.numpy import Executable
from graphc.executors.random_state import RandomState
from graphc.ir.graph import Graph, Node
from graphc.ir.types import Array

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the vector: the value `name`, of a dtype and a shape; its derivative is the output `derivative`."""

    name: str
    derivative: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int
    is_variable: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flat:
    """`f(x)` is (value, gradient).  `x0` holds the values that the program starts from.  `f.unpack(x)` names the parts.

    A value that isn't a scalar is summed, which its gradient is the gradient of.  Values that the program declares as
    f32 are rounded to it, so a program for an optimiser is better written in f64.  Random numbers are the same in each
    call.  Threads may call it at the same time; a pickle holds the program's text, from which it is compiled again.
    """

    x0: Vector
    _of: str
    _parts: tuple[_Part, ...]
    _executable: Executable
    _base: Binding
    _random: RandomState
    _options: Options
    _lock: Lock = field(default_factory=Lock)

    def __repr__(self) -> str:
        names = ", ".join(part.name for part in self._parts)
        return f"<{self._of} as a function of {names}: a vector of {self.x0.size}>"

    def __reduce__(self) -> tuple[object, ...]:
        written = Written.of(self._executable.graph, self._options)
        return _unpickled, (written, self.x0, self._of, self._parts, self._base, self._random)

    def __call__(self, x: npt.ArrayLike) -> tuple[float, Vector]:
        """The value and the gradient at a vector.  Raises Diagnostics."""
        arrays, state = dict(self._base.arrays), dict(self._base.state)
        parts = self.unpack(x)
        for part in self._parts:
            (state if part.is_variable else arrays)[part.name] = parts[part.name]
        binding = Binding(arrays, state, self._base.sizes)
        with self._lock:
            outputs = self._executable.run(binding, state, random=self._random).outputs
        slopes = [np.asarray(outputs[p.derivative], np.float64).reshape(-1) for p in self._parts]
        return float(np.sum(outputs[self._of], dtype=np.float64)), np.concatenate(slopes)

    def unpack(self, x: npt.ArrayLike) -> dict[str, Array]:
        """The parts of a vector by name, in their own shapes and dtypes.  Raises ValueError for another length."""
        vector = np.asarray(x, np.float64)
        if vector.shape != self.x0.shape:
            raise ValueError(f"the vector has shape {vector.shape}, but the values have {self.x0.size} elements in all")
        return {p.name: vector[p.start : p.end].reshape(p.shape).astype(p.dtype) for p in self._parts}


def make_flat(
    graph: Graph,
    options: Options,
    of: str,
    wrt: tuple[str, ...],
    feeds: Mapping[str, object],
    session: Session,
    dropped: tuple[Node, ...] = (),
) -> Flat:
    """Bind the feeds once; `wrt` values that are neither inputs nor variables become inputs.  Raises Diagnostics.

    `session` has the variables; `dropped`: inputs that the program has no more.
    """
    start, base = _start(graph, options, wrt, feeds, session, dropped)
    opened = override(graph, CATALOGUE, wrt)
    variables = {n.attrs[0] for n in graph.variables()}
    parts = []
    end = 0
    for name in wrt:
        value = start[name]
        begin, end = end, end + value.size
        derivative = derivative_name(of, name)
        parts.append(_Part(name, derivative, value.dtype, value.shape, begin, end, name in variables))
    pieces = [np.asarray(start[name], np.float64).reshape(-1) for name in wrt]
    run = executable(opened, options)
    return Flat(np.concatenate(pieces), of, tuple(parts), run, base, session.random, options)


def _unpickled(
    written: Written, x0: Vector, of: str, parts: tuple[_Part, ...], base: Binding, random: RandomState
) -> Flat:
    run = executable(written.read().graph, written.options)
    return Flat(x0, of, parts, run, base, random, written.options)


def _start(
    graph: Graph,
    options: Options,
    wrt: tuple[str, ...],
    feeds: Mapping[str, object],
    like: Session,
    dropped: tuple[Node, ...],
) -> tuple[dict[str, Array], Binding]:
    """The values of `wrt` that the program has by itself, and everything that is bound."""
    code = executable(graph, options)
    session = Session(graph, code, random=like.random, dropped=dropped, advise=argument_of("flat"))
    with like.lock:
        session.state = dict(like.state)
    base = session.bind(feeds)
    values = executable(fetch(graph, wrt), options).run(base, session.state, random=session.random).outputs
    return values, Binding(base.arrays, {**base.state}, base.sizes)
