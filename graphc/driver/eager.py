"""A program executed as it is read, statement by statement, as a dynamic graph is.

In: statements, feeds and the state.  Out: prints and failures as they happen, the outputs of a run at its end; the
graph of what was read can be looked at any time.  `run --eager` and the interactive session are made of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.driver import CATALOGUE, Options, fetch, quietly
from graphc.driver.choose import fed
from graphc.executors.binding import Advise, Gradual, option
from graphc.executors.eager import Values
from graphc.executors.numpy import collect, default_of
from graphc.executors.random_state import FIRST, RandomState, key_array
from graphc.frontend import syntax
from graphc.frontend.elaborate import lint
from graphc.frontend.elaborate.core import naming
from graphc.frontend.elaborate.core.scopes import Meaning, values_in
from graphc.frontend.elaborate.session import Session
from graphc.frontend.elaborate.undo import Mark
from graphc.ir.graph import Graph, Node, Value, nested, symbols_of
from graphc.ir.types import Array
from graphc.passes.concrete import concrete_more


def _nothing(_: object) -> None:
    return None


def _lower(graph: Graph, mapping: dict[Value, Value]) -> Graph:
    return concrete_more(graph, CATALOGUE, mapping)


def _print(text: str) -> None:
    """To what is the standard output now: others may have put something in its place."""
    sys.stdout.write(text)


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears what: `write` gets what the program prints, `note` remarks about feeds, `warn` warnings.

    `advise` says how an input without a value is fed.
    """

    write: Callable[[str], object] | None = None
    note: Callable[[str], None] | None = None
    warn: Callable[[Sequence[Diagnostic]], object] = _nothing
    advise: Advise = option


@dataclass(frozen=True, slots=True)
class EagerMark:
    """A session as it was: the elaborator's, and what was bound."""

    session: Mark
    feeds: dict[str, object]
    placed: dict[Node, Array]
    binding: Gradual
    sizes: dict[str, int]


class Eager:
    """`session` is the program as far as it is read, `values` what was computed, `state` the variables as the last run
    left them, `steps` counts the runs, `random` says what this run draws.  `graph` is that of the whole program, once
    it is read.
    """

    def __init__(
        self,
        options: Options,
        feeds: Mapping[str, object] | None = None,
        listeners: Listeners | None = None,
        random: RandomState = FIRST,
    ) -> None:
        listeners = listeners or Listeners()
        self.session = Session(CATALOGUE, options.default_float, options.traced)
        self.feeds = dict(feeds or {})
        self.state: dict[str, Array] = {}
        self.steps = 0
        self.random = random
        self.graph: Graph | None = None
        self.values = Values(self.session.frame.builder.nodes, listeners.write or _print, _lower)
        self.placed: dict[Node, Array] = {}
        self._keys: list[Value] = []
        self._listeners = listeners
        self._binding = Gradual(note=listeners.note, advise=listeners.advise)
        self._overridden: dict[int, list[str]] = {}  # by the statement that gives the name its last value
        self._waiting: list[Node] = []  # for a size that a later declaration tells
        self._waits = False  # may they?

    # ------------------------------------------------------------ statements

    def execute(self, statement: syntax.Stmt) -> Meaning | None:
        """Elaborate a statement, then compute what it needs; what it means, if it is an expression.

        Raises Diagnostics.
        """
        session = self.session
        nodes = session.frame.builder.nodes
        start = len(nodes)
        with quietly():
            meaning = session.feed(statement)
        self._warn()
        if session.errors:
            raise Diagnostics(session.errors)
        for node in nodes[start:]:
            if node.op.name in ("input", "variable") and not node.inputs:
                self._place(node)
        for node in Graph(tuple(nodes[start:]), ()).run_keys():
            self._keys.append(node.results[0])
            self.values.give(node.results[0], key_array(self.random.key))
        for name in self._overridden.get(id(statement), ()):
            self._override(name)
        if self._waits and isinstance(statement, syntax.Input | syntax.Var):
            return meaning
        self._start(wait=False)
        self.values.compute(self._wanted(meaning), start)
        return meaning

    def _warn(self) -> None:
        """Say what is doubtful."""
        e = self.session.e
        warnings = [d for d in e.diagnostics if d.severity == "warning"]
        if warnings:
            e.diagnostics[:] = self.session.errors
            self._listeners.warn(warnings)

    def _place(self, node: Node) -> None:
        """The value with which an input or a variable starts."""
        array = self._binding.bind(node, self.feeds, self.state)
        self.values.sizes.update(self._binding.sizes)
        if array is None:
            self._waiting.append(node)
        else:
            self._give(node, array)
        self._start(wait=self._waits)

    def _start(self, *, wait: bool) -> None:
        """Give those declarations their own values whose sizes are known; unless they may `wait`, all.

        Raises Diagnostics.
        """
        waiting, self._waiting = self._waiting, []
        for node in waiting:
            inside = [n for g in nested(node.regions[0]) for n in g.nodes]
            if wait and {s for n in (node, *inside) for s in symbols_of(n)} - self.values.sizes.keys():
                self._waiting.append(node)
            else:
                self._give(node, default_of(node, self.values.sizes, self.random))

    def _give(self, node: Node, array: Array) -> None:
        self.placed[node] = array
        self.values.give(node.results[0], array)

    def _override(self, name: str) -> None:
        """A name's value is fed, instead of computed."""
        binding = self.session.scope.bindings.get(name)
        value = None if binding is None else next(values_in(binding.meaning), None)
        if value is None:
            place = None if binding is None else Label(binding.span, "no tensor yet")
            message = f"{name} can't be fed to an eager run"
            raise Diagnostics([Diagnostic("E0604", message, place, hint="leave out --eager")])
        kind = fed(name, value, self.session.e.default_float)
        stand_in = Node(CATALOGUE["input"], (), (name, kind, None), (), (kind,), value.node.origin, (name,))
        array = self._binding.bind(stand_in, self.feeds, {})
        assert array is not None
        self.values.sizes.update(self._binding.sizes)
        self.values.give(value, np.asarray(array, value.type.dtype.numpy))

    def _wanted(self, meaning: Meaning | None) -> Iterator[Value]:
        """What a statement has to show for itself: the names it bound, its effects, its value."""
        for changed in self.session.changed():
            yield from values_in(changed)
        yield from values_in(meaning)
        if self.session.frame.token is not None:
            yield self.session.frame.token

    def mark(self) -> EagerMark:
        """What `restore` can return to."""
        mark = self.session.mark()
        return EagerMark(mark, dict(self.feeds), dict(self.placed), self._binding.copy(), dict(self.values.sizes))

    def restore(self, mark: EagerMark) -> None:
        """Forget the statements since then."""
        self.session.restore(mark.session)
        self.feeds, self.placed, self._binding = dict(mark.feeds), dict(mark.placed), mark.binding.copy()
        self.values.sizes = dict(mark.sizes)

    # ------------------------------------------------------------ programs

    def run(self, program: syntax.Program, wanted: Sequence[str] = ()) -> dict[str, Array]:
        """Execute a program: its outputs, or the values of the names `wanted`.

        Raises Diagnostics, the state as it was.
        """
        listed = [s for s in program.statements if not isinstance(s, syntax.Test)]
        self._check_feeds(listed)
        self.session.declare(listed)
        if self.session.errors:
            raise Diagnostics(self.session.errors)
        self._waits = True
        for statement in listed:
            self.execute(statement)
        self._waits = False
        self._start(wait=False)
        graph = self.session.finish(executed=True)
        self._binding.finish()
        self._listeners.warn(list(lint.find(graph)))
        self.graph = fetch(graph, wanted, effects=True) if wanted else graph
        for node in self.graph.nodes[len(graph.nodes) :]:  # casts of what is fetched without a dtype
            self.session.frame.builder.add(node)
        self.values.compute(self.graph.results)
        return self._finish(self.graph)

    def again(self) -> dict[str, Array]:
        """One more run of the same program, from the state that the last one left.  Raises Diagnostics."""
        assert self.graph is not None
        for node in self.graph.variables():
            self.placed[node] = self.state[node.attrs[0]]
        key = key_array(self.random.key)
        placed = [(node.results[0], array) for node, array in self.placed.items()]
        self.values.again([*placed, *((value, key) for value in self._keys)])
        return self._finish(self.graph)

    def variables(self) -> dict[str, Array]:
        """All variables, as the last run left them."""
        return {n.attrs[0]: self.state.get(n.attrs[0], array) for n, array in self.placed.items() if _is_state(n)}

    def _finish(self, graph: Graph) -> dict[str, Array]:
        kept = {n.attrs[0]: array for n, array in self.placed.items() if _is_state(n)}
        results = [self.values[v] for v in graph.results]
        result = collect(graph, results, self.placed.values(), kept, self.values.sizes)
        state, steps, random = {**self.state, **result.state}, self.steps + 1, self.random.next()
        self.state, self.steps, self.random = (
            state,
            steps,
            random,
        )  # together: an interrupt comes before both or after both
        return result.outputs

    def _check_feeds(self, statements: Sequence[syntax.Stmt]) -> None:
        """Is each feed one of an input or of a named value?  Raises Diagnostics E0604."""
        inputs = [s.name.text for s in statements if isinstance(s, syntax.Input)]
        variables = {s.name.text: s for s in statements if isinstance(s, syntax.Var)}
        last = {name.text: s for s in statements for name in naming.bound_names(s)}
        problems = []
        for name in self.feeds:
            if name in variables:
                problems.append(_fed_variable(variables[name]))
            elif name not in last or isinstance(last[name], syntax.Fn):
                near = suggest(name, inputs)
                notes = (f"the inputs are {', '.join(inputs)}" if inputs else "this program has no inputs",)
                hint = f"did you mean {near}?" if near else None
                problems.append(Diagnostic("E0604", f"there is no input {name}", notes=notes, hint=hint))
            elif name not in inputs:
                self._overridden.setdefault(id(last[name]), []).append(name)
        if problems:
            raise Diagnostics(problems)


def _is_state(node: Node) -> bool:
    return node.op.name == "variable"


def _fed_variable(node: syntax.Var) -> Diagnostic:
    name, type = node.name.text, node.type.span.text
    place = Label(node.name.span.to(node.type.span), "keeps its value from run to run")
    hint = f"declare input {name}: {type} to feed it"
    return Diagnostic("E0604", f"{name} is a variable, not an input", place, hint=hint)
