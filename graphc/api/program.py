"""Programs as objects: loaded, differentiated, printed, compiled.

In: a path or text.  Out: `Program`, immutable; what changes a program gives another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from graphc.api.compiled import Compiled, Home
from graphc.api.written import Written
from graphc.autodiff.numeric import Agreement
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import CATALOGUE, Elaborated, Options, compile_source, derive, optimise, parse, subject
from graphc.driver.eager import Eager, Listeners
from graphc.driver.gradient_check import compare_gradients
from graphc.driver.interface import Interface, Signature, interface
from graphc.driver.saved import SavedProgram, load_saved, save_program
from graphc.driver.sources import Files, Paths, read_source
from graphc.driver.starting import starting_from
from graphc.driver.traces import TraceSummary, summarise
from graphc.executors.binding import argument_of
from graphc.executors.random_state import RandomState, seed_of
from graphc.exporters.dot import to_dot
from graphc.exporters.json import to_json
from graphc.files.saved import is_saved_program
from graphc.ir.graph import Graph, Node
from graphc.ir.text import print_graph
from graphc.ir.types import DEFAULT_FLOATS, Array
from graphc.source import Source


def load(
    path: str | os.PathLike[str], *, float: str | None = None, fast_math: bool = False, allow_import: Paths = ()
) -> Program:
    """The program in a file, or in the folder of a saved program.  Raises Diagnostics.

    `float` is what that type means in it, "f32" unless it was saved with another.  A saved program starts from the
    variables that were saved with it, and is its entry point if it has only one.  A program imports files of its own
    folder and of the folders `allow_import`; a saved one has all that it needs.
    """
    if not is_saved_program(path):
        return _compiled(read_source(path, allow_import), float or "f32", fast_math)
    saved = load_saved(path)
    found = saved.default_float.name
    if float not in (None, found):
        raise ValueError(f"{saved.folder} was saved with float={found!r}")
    program = _compiled(saved.source, found, fast_math, saved)
    return program.entry() if len(saved.entries) == 1 else program


def loads(
    text: str, name: str = "<string>", *, float: str = "f32", fast_math: bool = False, allow_import: Paths = ()
) -> Program:
    """The program in a text, called `name` in messages.  Raises Diagnostics.

    It imports files of the current folder and of the folders `allow_import`.
    """
    if not isinstance(text, str):
        raise TypeError(f"loads takes the text of a program, a str, not {type(text).__name__}")
    return _compiled(Files(allow_import).program(name, text), float, fast_math)


def save(program: Program | Compiled, path: str | os.PathLike[str]) -> None:
    """Save a program with its variables as a folder `NAME.gm`; a compiled one with what they are now.

    What was there is replaced at once or not at all.  Raises Diagnostics.
    """
    program.save(path)


def _compiled(source: Source, float: str, fast_math: bool, saved: SavedProgram | None = None) -> Program:
    if float not in DEFAULT_FLOATS:
        raise ValueError(f'float is "f32" or "f64", not {float!r}')
    options = Options(DEFAULT_FLOATS[float], fast_math=fast_math)
    program = compile_source(source, options) if saved is None else saved.compile(options)
    name, variables = (source.name, {}) if saved is None else (saved.folder, saved.variables)
    home = Home(source, program.entries, variables)
    return Program(
        name, program.graph, options, source.text, program.warnings, _told(program), submodules=program.submodules,
        home=home,
    )  # fmt: skip


def _unpickled(
    written: Written,
    dropped: Written,
    name: str,
    text: str | None,
    wrt: tuple[str, ...],
    of: str | None,
    submodules: Mapping[str, str],
    home: Home,
) -> Program:
    program = written.read()
    return Program(
        name, program.graph, written.options, text, program.warnings, _told(program), wrt, of, submodules, home,
        dropped.read().graph.inputs(),
    )  # fmt: skip


def _told(program: Elaborated) -> Callable[[], tuple[TraceSummary, ...]]:
    """The traces of a program in words, once somebody asks."""
    return cache(partial(summarise, program.traces, program.calls))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """A program whose types are right.  `str` gives its source.

    `graph` is its graph before any pass (of a gradient: after them).  `warnings` were found while it was checked.
    `told` gives `traces`.  `wrt` are the names that a gradient is by, `of` is what it is of.  `submodules`: the module
    of each instance, by path.  `home` says where it comes from.  `dropped` are inputs that it had before passes, which
    may still be fed.
    """

    name: str
    graph: Graph
    options: Options
    text: str | None = None
    warnings: tuple[Diagnostic, ...] = ()
    told: Callable[[], tuple[TraceSummary, ...]] = tuple
    wrt: tuple[str, ...] = ()
    of: str | None = None
    submodules: Mapping[str, str] = field(default_factory=dict)
    home: Home = field(default_factory=Home)
    dropped: tuple[Node, ...] = ()

    def __reduce__(self) -> tuple[object, ...]:
        """A pickle holds its text, from which it is compiled again.  Listeners of its options are left out."""
        graph = self.text is None
        written = Written.of(self.graph, self.options) if graph else Written.program(self._source, self.options)
        dropped = Written.inputs(self.dropped, self.options)
        rest = (self.name, self.text, self.wrt, self.of, dict(self.submodules), self.home)
        return _unpickled, (written, dropped, *rest)

    def __copy__(self) -> Program:
        return self

    def __deepcopy__(self, memo: object) -> Program:
        return self

    def __str__(self) -> str:
        return print_graph(self._printed) if self.text is None else self.text

    def __repr__(self) -> str:
        return f"<graphc program {self.name}: {', '.join(self.inputs)} -> {', '.join(self.outputs)}>"

    @property
    def _printed(self) -> Graph:
        """A gradient prints with the values that its variables start from: the text gives what the object gives."""
        return self.graph if self.of is None else starting_from(self.graph, self.home.variables)

    @property
    def _source(self) -> Source:
        """What it is as text: as it was written, or its graph."""
        written = self.home.source if self.text is not None else None
        return written or Source(self.name, str(self))

    # ------------------------------------------------------------ what it is

    @property
    def interface(self) -> Interface:
        return interface(self.graph)

    @property
    def inputs(self) -> Mapping[str, Signature]:
        """The inputs by name, in program order."""
        return self.interface.inputs

    @property
    def variables(self) -> Mapping[str, Signature]:
        """The variables by path."""
        return self.interface.variables

    @property
    def trainable_variables(self) -> Mapping[str, Signature]:
        """The variables of floats that aren't declared `trainable=false`, by path."""
        return {path: found for path, found in self.variables.items() if found.trainable}

    @property
    def outputs(self) -> Mapping[str, Signature]:
        """The outputs by name."""
        return self.interface.outputs

    @property
    def traces(self) -> tuple[TraceSummary, ...]:
        """The specialisations of its functions, in the order in which they were made."""
        return self.told()

    @property
    def entries(self) -> Mapping[str, Interface]:
        """The exported functions by name: what each takes and gives."""
        return {name: self.entry(name).interface for name in self.home.entries}

    # ------------------------------------------------------------ what becomes of it

    def entry(self, name: str | None = None) -> Program:
        """An exported function as a program, or the only one: its parameters are the inputs.  Raises Diagnostics."""
        source, names = self.home.source, self.home.entries
        if name is None and len(names) > 1:
            message = f"{self.name} has several entry points: {', '.join(names)}"
            raise Diagnostics([Diagnostic("E0210", message, hint=f'program.entry("{names[0]}")')])
        if source is None or (name is None and not names):
            raise Diagnostics([Diagnostic("E0210", f"{self.name} has no entry point", hint="export fn f(x: f32) = …")])
        program = compile_source(source, self.options, entry=name or names[0])
        told = _told(program)
        return Program(self.name, program.graph, self.options, None, program.warnings, told, home=self.home)

    def grad(
        self, of: str | None = None, wrt: str | Sequence[str] = (), *, order: int = 1, effects: bool = False
    ) -> Program:
        """The program that computes `of` and its derivatives by `wrt`, optimised.

        `of` defaults to the only output, else `loss`; `wrt` to the trainable variables.  Prints, asserts and updates of
        variables are dropped unless `effects`.  Raises Diagnostics.
        """
        names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
        names = names or tuple(self.trainable_variables)
        if not names:
            message = f"{self.name} has no trainable variables to differentiate by"
            raise Diagnostics(
                [Diagnostic("E0408", message, hint=f'program.grad(wrt="{next(iter(self.inputs), "x")}")')]
            )
        result = subject(self.graph, of).name
        derived = derive(self.graph, CATALOGUE, names, of, order=order, effects=effects)
        graph = optimise(derived.graph, self.options, keep=derived.wrt).graph
        title = f"{', '.join(f'd {result} / d {x}' for x in names)} of {self.name}"
        kept = [n.attrs[0] for n in graph.variables()]
        home = Home(variables={k: a for k, a in self.home.variables.items() if k in kept})
        return Program(
            title, graph, self.options, told=self.told, wrt=names, of=result, submodules=self.submodules, home=home,
            dropped=self._dropped_by(graph),
        )  # fmt: skip

    def optimised(self) -> Program:
        """The program after the passes."""
        graph = optimise(self.graph, self.options).graph
        return replace(self, graph=graph, text=None, dropped=self._dropped_by(graph))

    def _dropped_by(self, graph: Graph) -> tuple[Node, ...]:
        """The inputs of this program that a graph made from it has no more."""
        left = {n.attrs[0] for n in graph.inputs()}
        return tuple(n for n in (*self.graph.inputs(), *self.dropped) if n.attrs[0] not in left)

    def compile(self, backend: str = "auto", *, seed: int = 0) -> Compiled:
        """The program, ready to be called: `step(x=…)` gives the outputs by name.

        `seed` chooses its random numbers, which are others in each call; the same seed gives the same again.
        """
        if backend not in ("auto", "numpy"):
            raise ValueError(f'backend is "auto" or "numpy", not {backend!r}')
        return Compiled(
            self.graph, self.options, self.wrt, self.of, seed=seed_of(seed), home=self.home, dropped=self.dropped
        )

    def run_eagerly(
        self, /, *, seed: int = 0, feeds: Mapping[str, object] | None = None, **more: object
    ) -> dict[str, Array]:
        """One run, statement by statement, without passes: the outputs by name, the same bits as `compile` gives.

        Variables start with their initial values.  Inputs are fed by name: `run_eagerly(x=1.0)`, those called `seed`
        and `feeds` with `feeds={"seed": 1.0}`.  Raises Diagnostics, with the operands' values.
        """
        listeners = Listeners(advise=argument_of("run_eagerly"))
        given = {**(feeds or {}), **more}
        return Eager(self.options, given, listeners, RandomState(seed_of(seed))).run(parse(self._source))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the program with the values that its variables start from, as a folder `NAME.gm`.

        Raises Diagnostics.
        """
        source = self.home.source or self._source
        save_program(path, source, self.options, self.home.variables)

    def check(
        self,
        /,
        of: str | None = None,
        wrt: str | Sequence[str] | None = None,
        *,
        feeds: Mapping[str, object] | None = None,
        **more: object,
    ) -> Mapping[str, Agreement | None]:
        """How well the gradients agree with central differences in f64, by name; None where there is no path.

        Inputs are fed by name: `check(x=1.0)`, those called `of`, `wrt` and `feeds` with `feeds={"of": 1.0}`.  Others
        get values of order 1.  Raises Diagnostics.
        """
        given = {**(feeds or {}), **more}
        names = (wrt,) if isinstance(wrt, str) else wrt
        state = self.home.variables
        found = compare_gradients(self._source, self.options, given, of=of, wrt=names, state=state)
        return {c.name: c.agreement for c in found}

    # ------------------------------------------------------------ what it looks like

    def core(self) -> str:
        """One operation per line, with types and places."""
        return print_graph(self._printed, core=True)

    def dot(self) -> str:
        """A drawing for Graphviz."""
        return to_dot(self.graph, title=self.name)

    def json(self) -> str:
        """The graph as JSON."""
        return to_json(self.graph)
