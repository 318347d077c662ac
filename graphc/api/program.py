"""Programs as objects: loaded, differentiated, printed, compiled.

In: a path or text.  Out: `Program`, immutable; what changes a program gives another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphc.api.compiled import Compiled
from graphc.autodiff.numeric import Agreement
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import CATALOGUE, Options, compile_source, derive, optimise, subject
from graphc.driver.gradient_check import compare_gradients
from graphc.driver.interface import Interface, Signature, interface
from graphc.driver.sources import read_source
from graphc.driver.traces import TraceSummary, summarise
from graphc.exporters.dot import to_dot
from graphc.exporters.json import to_json
from graphc.ir.graph import Graph
from graphc.ir.text import print_graph
from graphc.ir.types import DEFAULT_FLOATS
from graphc.source import Source


def load(path: str | os.PathLike[str], *, float: str = "f32", fast_math: bool = False) -> Program:
    """The program in a file.  `float` is what that type means in it.  Raises Diagnostics."""
    return _compiled(read_source(path), float, fast_math)


def loads(text: str, name: str = "<string>", *, float: str = "f32", fast_math: bool = False) -> Program:
    """The program in a text, called `name` in messages.  Raises Diagnostics."""
    return _compiled(Source(name, text), float, fast_math)


def _compiled(source: Source, float: str, fast_math: bool) -> Program:
    if float not in DEFAULT_FLOATS:
        raise ValueError(f'float is "f32" or "f64", not {float!r}')
    options = Options(DEFAULT_FLOATS[float], fast_math=fast_math)
    program = compile_source(source, options)
    traces = summarise(program.traces, program.calls)
    return Program(source.name, program.graph, options, source.text, program.warnings, traces)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """A program whose types are right.  `str` gives its source.

    `graph` is its graph before any pass (of a gradient: after them).  `warnings` were found while it was checked.
    `traces` are the specialisations of its functions, in the order in which they were made.  `wrt` are the names that a
    gradient is by, `of` is what it is of.
    """

    name: str
    graph: Graph
    options: Options
    text: str | None = None
    warnings: tuple[Diagnostic, ...] = ()
    traces: tuple[TraceSummary, ...] = ()
    wrt: tuple[str, ...] = ()
    of: str | None = None

    def __str__(self) -> str:
        return print_graph(self.graph) if self.text is None else self.text

    def __repr__(self) -> str:
        return f"<graphc program {self.name}: {', '.join(self.inputs)} -> {', '.join(self.outputs)}>"

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
        """The variables by name."""
        return self.interface.variables

    @property
    def outputs(self) -> Mapping[str, Signature]:
        """The outputs by name."""
        return self.interface.outputs

    # ------------------------------------------------------------ what becomes of it

    def grad(
        self, of: str | None = None, wrt: str | Sequence[str] = (), *, order: int = 1, effects: bool = False
    ) -> Program:
        """The program that computes `of` and its derivatives by `wrt`, optimised.

        `of` defaults to the only output, else `loss`; `wrt` to the trainable variables.  Prints, asserts and updates of
        variables are dropped unless `effects`.  Raises Diagnostics.
        """
        names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
        names = names or tuple(v.name for v in self.variables.values() if v.trainable)
        if not names:
            message = f"{self.name} has no trainable variables to differentiate by"
            raise Diagnostics(
                [Diagnostic("E0408", message, hint=f'program.grad(wrt="{next(iter(self.inputs), "x")}")')]
            )
        result = subject(self.graph, of).name
        derived = derive(self.graph, CATALOGUE, names, of, order=order, effects=effects)
        graph = optimise(derived.graph, self.options, keep=derived.wrt).graph
        title = f"{', '.join(f'd {result} / d {x}' for x in names)} of {self.name}"
        return Program(title, graph, self.options, traces=self.traces, wrt=names, of=result)

    def optimised(self) -> Program:
        """The program after the passes."""
        graph = optimise(self.graph, self.options).graph
        return Program(self.name, graph, self.options, None, self.warnings, self.traces, self.wrt, self.of)

    def compile(self, backend: str = "auto") -> Compiled:
        """The program, ready to be called: `step(x=…)` gives the outputs by name."""
        if backend not in ("auto", "numpy"):
            raise ValueError(f'backend is "auto" or "numpy", not {backend!r}')
        return Compiled(self.graph, self.options, self.wrt, self.of)

    def check(
        self, /, of: str | None = None, wrt: str | Sequence[str] | None = None, **feeds: object
    ) -> Mapping[str, Agreement | None]:
        """How well the gradients agree with central differences in f64, by name; None where there is no path.

        Inputs that aren't fed get values of order 1.  Raises Diagnostics.
        """
        names = (wrt,) if isinstance(wrt, str) else wrt
        source = Source(self.name, str(self))
        return {c.name: c.agreement for c in compare_gradients(source, self.options, feeds, of=of, wrt=names)}

    # ------------------------------------------------------------ what it looks like

    def core(self) -> str:
        """One operation per line, with types and places."""
        return print_graph(self.graph, core=True)

    def dot(self) -> str:
        """A drawing for Graphviz."""
        return to_dot(self.graph, title=self.name)

    def json(self) -> str:
        """The graph as JSON."""
        return to_json(self.graph)
