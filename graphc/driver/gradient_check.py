"""Gradients compared with central differences, in f64.

In: a program's source, some feeds, and what to differentiate.  Out: for each variable and float input how well the
gradient agrees.  The program is compiled again with f64 for f32, so that the quotients mean something.  Inputs that
aren't fed get values of their own: the same in every run, positive and of order 1, so that most formulas have them in
their domain.  `graphc check --grad` and `Program.check` call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

import graphc.autodiff as autodiff
from graphc.autodiff.numeric import Agreement, check_gradient
from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.driver import Options, compile_source, executable
from graphc.driver.choose import fetch
from graphc.driver.derive import gradient, named, subject, unknown
from graphc.executors.binding import Binding, bind
from graphc.executors.feeds import read
from graphc.executors.numpy import Executable, default_of
from graphc.frontend.lexing import scan
from graphc.ir.builder import Builder
from graphc.ir.dims import Poly, evaluate
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.types import F64, Array
from graphc.ops import CATALOGUE
from graphc.source import Source

TOLERANCE = 1e-5  # relative; quotients of smooth functions agree to about 1e-10
_FIRST_SIZE = 3  # of symbols that no feed decides: 3, 4, 5, …
_JITTER = 0.1  # moves initial values off the kinks that zeros often are


@dataclass(frozen=True, slots=True)
class Comparison:
    """The derivative `name`, by the value `by`.  `agreement` is None where the result doesn't depend on it."""

    name: str
    by: str
    agreement: Agreement | None

    @property
    def agrees(self) -> bool:
        return self.agreement is None or self.agreement.disagreement <= TOLERANCE


def compare_gradients(
    source: Source,
    options: Options,
    feeds: Mapping[str, object],
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    entry: str | None = None,
    state: Mapping[str, Array] | None = None,
) -> list[Comparison]:
    """Compare all gradients of a program, or of an entry point, or those by `wrt`.  Raises Diagnostics.

    `state`: where the variables are, if not at their initial values.
    """
    options = replace(options, default_float=F64, report=None, after=None)
    graph = compile_source(widened(source), options, entry=entry).graph
    y = subject(graph, of)
    targets = _targets(graph, wrt)
    results = _compare(graph, options, y, _gradients(graph, y, targets), feeds, state or {})
    return [Comparison(autodiff.derivative_name(y.name, name), name, results.get(name)) for name in targets]


def widened(source: Source, known: dict[Source, Source] | None = None) -> Source:
    """The program with f64 for f32, and so are the files that it imports.  Places stay where they are.

    `known`: the files that were done already.
    """
    known = {} if known is None else known
    if source not in known:
        imported = None if source.imported is None else partial(_imported, source.imported, known)
        known[source] = Source(source.name, _wide_text(source), imported=imported)
    return known[source]


def _imported(find: Callable[[str], Source], known: dict[Source, Source], path: str) -> Source:
    return widened(find(path), known)


def _wide_text(source: Source) -> str:
    text = list(source.text)
    for token in scan(source, lambda problem: None):
        if token.kind == "NAME" and token.text == "f32":
            text[token.start : token.end] = "f64"
    return "".join(text)


def _targets(graph: Graph, wrt: Sequence[str] | None) -> dict[str, Value]:
    """What to differentiate by: the variables and inputs that are floats, or those asked for."""
    floats = {n.attrs[0]: n.results[0] for n in (*graph.variables(), *graph.inputs()) if n.results[0].type.dtype is F64}
    if wrt is None:
        return floats
    known = named(graph)
    for name in wrt:
        if name not in known:
            raise unknown(name, graph)
        if name not in floats:
            message = f"{name} is neither a variable nor an input of floats"
            raise Diagnostics([Diagnostic("E0401", message, Label(known[name].node.origin.span))])
    return {name: floats[name] for name in wrt}


def _gradients(graph: Graph, y: Output, targets: Mapping[str, Value]) -> Graph:
    """The program of the gradients, as outputs with the names of the targets; those without a path are left out."""
    b = Builder(CATALOGUE, graph.default_float)
    b.nodes = list(graph.nodes)
    values = gradient(b, y.value, list(targets.values()))
    outputs = tuple(Output(n, v, y.origin) for n, v in zip(targets, values, strict=True) if v is not None)
    return Graph(tuple(b.nodes), outputs, default_float=graph.default_float)


def _compare(
    graph: Graph,
    options: Options,
    y: Output,
    derived: Graph,
    feeds: Mapping[str, object],
    state: Mapping[str, Array],
) -> dict[str, Agreement]:
    if not derived.outputs:
        return {}
    value = executable(fetch(graph, [y.name]), options)
    gradient = executable(derived, options)
    base = _starting_point(graph, _live_inputs(gradient, value), feeds, state)
    variables = {n.attrs[0] for n in graph.variables()}

    def at(point: Mapping[str, Any]) -> Binding:
        fed = {k: v for k, v in point.items() if k not in variables}
        kept = {k: v for k, v in point.items() if k in variables}
        return Binding({**base.arrays, **fed}, {**base.state, **kept}, base.sizes)

    def f(point: Mapping[str, Any]) -> float:
        return float(np.sum(value.run(at(point), write=_ignore).outputs[y.name], dtype=np.float64))

    names = [o.name for o in derived.outputs]
    point: dict[str, Any] = {n: base.state[n] if n in variables else base.arrays[n] for n in names}
    computed = gradient.run(at(point), write=_ignore).outputs
    return check_gradient(f, point, {n: np.asarray(a, np.float64) for n, a in computed.items()})


def _ignore(text: str) -> None:
    """Prints are no part of a gradient."""


def _live_inputs(*executables: Executable) -> set[str]:
    return {n.attrs[0] for e in executables for n in e.graph.inputs()}


# ---------------------------------------------------------------- the point


def _starting_point(
    graph: Graph, live: Iterable[str], feeds: Mapping[str, object], state: Mapping[str, Array]
) -> Binding:
    """All inputs and variables: as fed, near their defaults, or made up.  Raises Diagnostics."""
    sizes = _sizes(graph, feeds)
    random = np.random.default_rng(0)
    wanted = set(live)
    values: dict[str, object] = dict(feeds)
    for node in graph.inputs():
        name = node.attrs[0]
        if name not in feeds and name in wanted:
            made = _made_up(node, sizes, random)
            if made is not None:
                values[name] = made
    starts: dict[str, Array] = {}
    for node in graph.variables():
        found = state.get(node.attrs[0])
        starts[node.attrs[0]] = _moved(default_of(node, sizes) if found is None else found, random)
    unneeded = [n for n in graph.inputs() if n.attrs[0] not in values and n.attrs[0] not in wanted]
    kept = Graph(tuple(n for n in graph.nodes if n not in unneeded), (), default_float=graph.default_float)
    return bind(kept, values, starts, pruned=unneeded)


def _sizes(graph: Graph, feeds: Mapping[str, object]) -> dict[str, int]:
    """A size for each symbol: what the feeds and defaults have, else 3, 4, 5, …"""
    sizes: dict[str, int] = {}
    placeholders = (*graph.inputs(), *graph.variables())
    for node in placeholders:
        name = node.attrs[0]
        shape: Sequence[Any] = ()
        if name in feeds:
            shape = np.shape(read(feeds[name]))
        elif node.regions:
            shape = node.regions[0].outputs[0].value.type.shape
        for dim, size in zip(node.results[0].type.shape, shape, strict=False):
            if isinstance(dim, Poly) and dim.symbols == {str(dim)} and isinstance(size, int):
                sizes.setdefault(str(dim), size)
    fresh = _FIRST_SIZE
    for node in placeholders:
        for dim in node.results[0].type.shape:
            for symbol in () if isinstance(dim, int) else sorted(dim.symbols):
                if symbol not in sizes:
                    sizes[symbol] = fresh
                    fresh += 1
    return sizes


def _made_up(node: Node, sizes: Mapping[str, int], random: np.random.Generator) -> Array | None:
    """A value for an input that isn't fed; None for a string."""
    if node.regions:
        return _moved(default_of(node, sizes), random)
    type = node.results[0].type
    shape = tuple(evaluate(d, sizes) for d in type.shape)
    if type.dtype.is_float:
        return random.uniform(0.5, 1.5, shape)
    if type.dtype.kind == "s":
        return None
    count = int(np.prod(shape, dtype=np.int64))
    made: Array = (np.arange(count) % 2).reshape(shape).astype(type.dtype.numpy)
    return made


def _moved(array: Array, random: np.random.Generator) -> Array:
    """Near an initial value, but off its kinks."""
    if array.dtype.kind != "f":
        return array
    moved: Array = np.add(array, _JITTER * random.uniform(0, 1, array.shape), dtype=array.dtype, casting="same_kind")
    return moved
