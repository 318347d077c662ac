"""Feeds bound to a graph: arrays of the declared types, and the sizes that its symbols stand for.

In: a graph, feeds by input name, the state by variable name.  Out: a `Binding`, or Diagnostics with everything that
doesn't fit.  Backends take it from there; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.executors.feeds import Refusal, convert, read
from graphc.executors.specialise import sizes_note
from graphc.ir.default_sizes import own_shape, solved
from graphc.ir.dims import Dim, Poly, evaluate
from graphc.ir.graph import Graph, Node
from graphc.ir.types import Array, TensorType

_FRESH = "nmkpqrstuvwxyz"  # names for sizes in hints
_OWN = "the value"
_WRITTEN = (bool, int, float, str, list, tuple)  # feeds that are text, not data: their floats are f64 by accident


@dataclass(frozen=True, slots=True)
class Advice:
    """What to say of an input that has no value."""

    hint: str
    notes: tuple[str, ...] = ()


Advise: TypeAlias = Callable[[str, TensorType], Advice]


def option(name: str, type: TensorType) -> Advice:
    """How to feed an input on the command line."""
    sample = {"b": "true", "s": '"…"', "f": "1.0"}.get(type.dtype.kind, "1")
    return Advice(f"--feed {name}=@data.npy" if type.shape else f"--feed {name}={sample}")


def argument_of(function: str) -> Advise:
    """How to feed an input from Python: `step(x=…)`."""
    return lambda name, type: Advice(
        f"{function}({name}=…)" if name.isidentifier() else f'{function}(**{{"{name}": …}})'
    )


@dataclass(frozen=True, slots=True)
class Binding:
    """What a run starts from.

    `arrays`: what was fed, by input; inputs that are missing take their defaults.  `state`: likewise by variable;
    variables that are missing take their initial values.
    """

    arrays: Mapping[str, Array]
    state: Mapping[str, Array]
    sizes: Mapping[str, int]


def bind(
    graph: Graph,
    feeds: Mapping[str, object],
    state: Mapping[str, Array] | None = None,
    *,
    pruned: Iterable[Node] = (),
    note: Callable[[str], None] | None = None,
    kept_as: str = "the saved state",
    advise: Advise = option,
) -> Binding:
    """Check and cast feeds and state, and read the sizes off them.  Raises Diagnostics.

    `pruned`: input nodes that the program has but the graph doesn't need; their feeds are checked, and tell sizes, but
    may be missing.  `note` is told of floats that are rounded.  `kept_as`: what messages call the state.
    `advise`: what is said of an input that has no value.
    """
    return _Binder(graph, tuple(pruned), note, kept_as, advise).bind(feeds, state or {})


class Gradual:
    """Feeds and state bound to placeholders one after the other, in the order in which they are declared.

    `sizes` has those that are known so far.
    """

    def __init__(
        self,
        *,
        note: Callable[[str], None] | None = None,
        kept_as: str = "the saved state",
        advise: Advise = option,
    ) -> None:
        self._binder = _Binder(Graph((), ()), (), note, kept_as, advise)
        self._open: list[_Fact] = []  # with a symbol that isn't known yet

    @property
    def sizes(self) -> Mapping[str, int]:
        return self._binder.sizes

    def bind(self, node: Node, feeds: Mapping[str, object], state: Mapping[str, Array]) -> Array | None:
        """What a placeholder is given; None if it starts with its own value.  Raises Diagnostics.

        A dimension whose symbols aren't all known yet is checked later.
        """
        binder = self._binder
        binder.declared.append(node)
        name, fed = node.attrs[0], bool(Graph((node,), ()).inputs())
        given = feeds if fed else state
        array = None
        if name in given:
            array = binder.convert(node, given[name], self._open, "the feed" if fed else binder.kept_as)
        elif fed and not node.regions:
            binder.missing(node)
        else:
            self._open.extend(_own_facts([node]))
        self._solve(partly=True)
        return array

    def finish(self) -> None:
        """Everything is declared.  Raises Diagnostics."""
        self._solve(partly=False)

    def copy(self) -> Gradual:
        """What is bound so far, to go on from."""
        other = Gradual(note=self._binder.note, kept_as=self._binder.kept_as, advise=self._binder.advise)
        other._binder.declared = list(self._binder.declared)
        other._binder.sizes, other._binder.found = dict(self._binder.sizes), dict(self._binder.found)
        other._open = list(self._open)
        return other

    def _solve(self, *, partly: bool) -> None:
        binder = self._binder
        binder.solve(self._open, partly=partly)
        if binder.problems:
            problems, binder.problems = binder.problems, []
            raise Diagnostics(problems)
        known = binder.sizes.keys()
        self._open = [f for f in self._open if any(isinstance(d, Poly) and d.symbols - known for d in f.type.shape)]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A shape that is known: of a feed, a saved variable, or the value that a declaration gives (as far as it is)."""

    node: Node
    shape: tuple[int | None, ...]
    what: str  # "the feed"

    @property
    def name(self) -> str:
        return self.node.attrs[0]  # type: ignore[no-any-return]

    @property
    def type(self) -> TensorType:
        return self.node.results[0].type  # type: ignore[no-any-return]

    @property
    def declared(self) -> str:
        return f"{self.node.op.name} {self.name} is declared {self.type}"

    @property
    def where(self) -> str:
        return f"{'the default' if self.default else self.what} of {self.name}"

    @property
    def default(self) -> bool:
        """Is it the default of an input, and no feed?"""
        return self.what == _OWN and bool(Graph((self.node,), ()).inputs())

    @property
    def sizes(self) -> Iterator[tuple[int, Dim, int]]:
        """Axes, what is declared, and the size, where it is known."""
        pairs = zip(self.type.shape, self.shape, strict=True)
        return ((axis, dim, size) for axis, (dim, size) in enumerate(pairs) if size is not None)


@dataclass(slots=True)
class _Binder:
    graph: Graph
    pruned: tuple[Node, ...]
    note: Callable[[str], None] | None
    kept_as: str
    advise: Advise
    problems: list[Diagnostic] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    found: dict[str, _Fact] = field(default_factory=dict)  # where the size of a symbol was read
    declared: list[Node] = field(default_factory=list)  # placeholders, whose symbols are taken

    def bind(self, feeds: Mapping[str, object], state: Mapping[str, Array]) -> Binding:
        inputs, variables = self.graph.inputs(), self.graph.variables()
        self.declared = [n for n in self.graph.nodes if not n.inputs]
        named = {node.attrs[0] for node in inputs}
        extra = [node for node in self.pruned if node.attrs[0] not in named]
        meant = self.unknown(feeds, [*inputs, *extra])
        facts: list[_Fact] = []
        fed = {n.attrs[0]: self.convert(n, feeds[n.attrs[0]], facts) for n in (*inputs, *extra) if n.attrs[0] in feeds}
        kept = {
            n.attrs[0]: self.convert(n, state[n.attrs[0]], facts, self.kept_as)
            for n in variables
            if n.attrs[0] in state
        }
        for node in inputs:
            if node.attrs[0] not in feeds and node.attrs[0] not in meant and not node.regions:
                self.missing(node)
        given = [n for n in inputs if n.attrs[0] not in feeds] + [n for n in variables if n.attrs[0] not in state]
        facts.extend(_own_facts(given))
        self.solve(facts)
        if self.problems:
            raise Diagnostics(self.problems)
        return Binding(
            {name: array for name, array in fed.items() if name in named and array is not None},
            {name: array for name, array in kept.items() if array is not None},
            self.sizes,
        )

    # ------------------------------------------------------------ feeds

    def unknown(self, feeds: Mapping[str, object], inputs: list[Node]) -> set[str]:
        """Report feeds of no input; the inputs that were probably meant."""
        meant = set()
        names = {node.attrs[0]: node for node in inputs}
        variables = {node.attrs[0]: node for node in self.graph.variables()}
        for name in feeds:
            if name in variables:
                self.problems.append(_fed_variable(variables[name]))
            elif name not in names:
                near = suggest(name, names)
                if near:
                    meant.add(near)
                self.problems.append(
                    Diagnostic(
                        "E0604",
                        f"there is no input {name}",
                        notes=(f"the inputs are {', '.join(names)}" if names else "this program has no inputs",),
                        hint=f"did you mean {near}?" if near else None,
                    )
                )
        return meant

    def missing(self, node: Node) -> None:
        name, type = node.attrs[0], node.results[0].type
        advice = self.advise(name, type)
        self.problems.append(
            Diagnostic(
                "E0603",
                f"input {name} has no value",
                Label(node.origin.span, f"{type}, without a default"),
                notes=advice.notes,
                hint=advice.hint,
            )
        )

    def convert(self, node: Node, value: object, facts: list[_Fact], what: str = "the feed") -> Array | None:
        """The array for a placeholder, its shape added to what is known; None if there is a problem."""
        type = node.results[0].type
        try:
            array = read(value)
            fact = _Fact(node, array.shape, what)
            if len(array.shape) != len(type.shape):
                self.wrong_rank(fact)
                return None
            converted = convert(array, type.dtype, written=isinstance(value, _WRITTEN))
        except Refusal as refusal:
            message = f"{_Fact(node, (), what).declared}, but {refusal.message.replace('the feed', what)}"
            self.problems.append(
                Diagnostic(refusal.code, message, Label(node.origin.span, "declared here"), hint=refusal.hint)
            )
            return None
        facts.append(fact)
        if (
            self.note
            and not isinstance(value, _WRITTEN)
            and array.dtype.kind == "f"
            and array.dtype.itemsize * 8 > type.dtype.bits
        ):
            self.note(f"{node.attrs[0]}: rounded from f{array.dtype.itemsize * 8} to {type.dtype}")
        return np.asarray(converted, order="C")  # NumPy sums in the order of memory: equal feeds give equal bits

    def wrong_rank(self, fact: _Fact) -> None:
        rank = len(fact.type.shape)
        label = "a scalar" if rank == 0 else f"{rank} {'axis' if rank == 1 else 'axes'}"
        self.problems.append(
            Diagnostic(
                "E0303",
                f"{fact.declared}, but {fact.what} has shape {list(fact.shape)}",
                Label(fact.node.origin.span, label),
                hint=self.redeclare(fact),
            )
        )

    def redeclare(self, fact: _Fact) -> str:
        """A declaration that would take the data."""
        rank = len(fact.shape)
        dtype = fact.type.dtype
        if rank == 0:
            return f"declare {fact.name}: {dtype} to take a scalar"
        taken = {s for node in self.declared for s in _bare_symbols(node)}
        fresh = [f"n{i}" if i else "n" for i in range(rank)] if rank > 4 else [c for c in _FRESH if c not in taken]
        declared = f"{fact.name}: {dtype}[{', '.join(fresh[:rank])}]"
        kinds = {1: "vectors", 2: "matrices"}.get(rank, f"arrays of {rank} axes")
        return f"declare {declared} (or {dtype}[...] inside a function) to take {kinds}"

    # ------------------------------------------------------------ sizes

    def solve(self, facts: list[_Fact], *, partly: bool = False) -> None:
        """Read sizes off the feeds, then off what has a value of its own, then check all dimensions.

        `partly`: more sizes may become known later.
        """
        own = [fact for fact in facts if fact.what == _OWN]
        for known in ([fact for fact in facts if fact.what != _OWN], own):
            self.read(known)
        for fact in facts:
            for axis, dim, size in fact.sizes:
                if isinstance(dim, int):
                    if size != dim:
                        self.wrong_size(fact, axis, dim)
                elif dim.symbols != {str(dim)} and not (partly and dim.symbols - self.sizes.keys()):
                    self.verify(fact, axis, dim)

    def read(self, facts: Sequence[_Fact]) -> None:
        """Sizes off dimensions that are symbols, then off others with one unknown."""
        for fact in facts:
            for _, dim, size in fact.sizes:
                if isinstance(dim, Poly) and dim.symbols == {str(dim)}:
                    self.learn(str(dim), size, fact)
        for fact in facts:
            for _, dim, size in fact.sizes:
                found = solved(dim, size, self.sizes)
                if found is not None:
                    self.learn(*found, fact)

    def learn(self, name: str, size: int, fact: _Fact) -> None:
        known = self.sizes.setdefault(name, size)
        first = self.found.setdefault(name, fact)
        if known == size:
            return
        if first.default and not fact.default:  # eagerly, a default may come before the feed that it doesn't fit
            first, known, fact, size = fact, size, first, known
        hint = f"if they may differ, declare {fact.name} with another symbol than {name}"
        if fact.default:
            hint = f"feed {fact.name}, too; a scalar default fills any shape: {_filling(fact.node)}"
        self.problems.append(
            Diagnostic(
                "E0602" if fact.default else "E0303",
                f"{name} is {known} in {first.where}, but {size} in {fact.where}",
                Label(fact.node.origin.span, f"{name} is {size} here"),
                (Label(first.node.origin.span, f"{name} is {known} here"),),
                hint=hint,
            )
        )

    def wrong_size(self, fact: _Fact, axis: int, dim: Dim, notes: Iterator[str] | tuple[str, ...] = ()) -> None:
        shape = [str(d) for d in fact.type.shape]
        shape[axis] = next(c for c in _FRESH if c not in self.sizes)
        symbols = sorted(dim.symbols & self.found.keys()) if isinstance(dim, Poly) else ()
        told = dict.fromkeys(self.found[s] for s in symbols)
        hint = f"declare {fact.name}: {fact.type.dtype}[{', '.join(shape)}] to take any size"
        self.problems.append(
            Diagnostic(
                "E0602" if fact.default else "E0303",
                f"{fact.declared}, but {'its default' if fact.default else fact.what} has shape {list(fact.shape)}",
                Label(fact.node.origin.span, f"axis {axis} has size {dim}"),
                tuple([Label(f.node.origin.span, f"{f.where} tells it") for f in told if f.node is not fact.node]),
                notes=tuple(notes),
                hint=hint,
            )
        )

    def verify(self, fact: _Fact, axis: int, dim: Poly) -> None:
        unknown = sorted(name for name in dim.symbols if name not in self.sizes)
        if unknown:
            self.problems.append(
                Diagnostic(
                    "E0314",
                    f"the size {unknown[0]} can't be known from the inputs that are fed",
                    Label(fact.node.origin.span, f"{dim} alone doesn't tell it"),
                    hint=f"feed an input whose shape has {unknown[0]} by itself",
                )
            )
            return
        try:
            expected = evaluate(dim, self.sizes)
        except ZeroDivisionError:
            expected = -1
        if expected != fact.shape[axis]:
            known = ", ".join(sizes_note(sorted(dim.symbols), self.sizes))
            is_it = f"{dim} is {expected}" if expected >= 0 else f"{dim} is no size"
            self.wrong_size(fact, axis, dim, (f"{known}, {is_it}",))


def _fed_variable(node: Node) -> Diagnostic:
    name, type = node.attrs[0], node.results[0].type
    return Diagnostic(
        "E0604",
        f"{name} is a variable, not an input",
        Label(node.origin.span, "keeps its value from run to run"),
        hint=f"declare input {name}: {type} to feed it",
    )


def _filling(node: Node) -> str:
    """An input whose default says nothing of its sizes."""
    kind = node.results[0].type
    value = {"b": "false", "s": '""', "f": "0.0"}.get(kind.dtype.kind, "0")
    return f"input {node.attrs[0]}: {kind} = {value}"


def _bare_symbols(node: Node) -> Iterator[str]:
    for result in node.results:
        if isinstance(result.type, TensorType):
            for dim in result.type.shape:
                if isinstance(dim, Poly):
                    yield from sorted(dim.symbols)


def _own_facts(nodes: Iterable[Node]) -> Iterator[_Fact]:
    """The shapes of defaults and initial values, where they are known by themselves."""
    for node in nodes:
        shape = own_shape(node)
        if shape is not None:
            yield _Fact(node, shape, _OWN)
