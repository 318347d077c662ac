"""Small graphs for tests of the executors, built without the frontend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from graphc.executors.binding import bind
from graphc.executors.numpy import Executable, Result
from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.dims import Dim
from graphc.ir.graph import Graph, Output, Update
from graphc.ir.op import Op
from graphc.ir.types import F32, DType, TensorType
from graphc.ops import CATALOGUE, effects, shape, structure
from graphc.source import Origin, Source, Span

EVERYTHING: Mapping[str, Op] = {**CATALOGUE, **{op.name: op for op in (*effects.RECORDS, *shape.RECORDS)}}


class Program:
    """A graph in the making.  Its source is the text of its statements, one per line, so that labels have places."""

    def __init__(self, default_float: DType = F32, catalogue: Mapping[str, Op] = EVERYTHING) -> None:
        self.b = Builder(catalogue, default_float)
        self.lines: list[str] = []
        self.outputs: list[Output] = []
        self.updates: list[Update] = []
        self.variables: dict[str, Term] = {}
        self.token: Term | None = None

    def at(self, line: str) -> Builder:
        """The builder, set to emit nodes of a line of source."""
        source = Source("test.g", "\n" * len(self.lines) + line)
        self.b.origin = Origin((Span(source, len(self.lines), len(self.lines) + len(line)),))
        self.lines.append(line)
        return self.b

    def placeholder(self, op: Op, name: str, type: TensorType, default: Graph | None, *more: object) -> Term:
        b = self.at(f"{op.name} {name}: {type}")
        attrs = (name, type, *more)
        return b.term(b.emit(op, (), attrs, () if default is None else (default,), (name,)).results[0])

    def input(self, name: str, dtype: DType = F32, *shape: Dim, default: object = None) -> Term:
        region = None if default is None else constant_graph(default, dtype)
        return self.placeholder(structure.input, name, TensorType(dtype, shape), region, None)

    def variable(self, name: str, dtype: DType = F32, *shape: Dim, init: object) -> Term:
        region = init if isinstance(init, Graph) else constant_graph(init, dtype)
        term = self.placeholder(structure.variable, name, TensorType(dtype, shape), region, True, None)
        self.variables[name] = term
        return term

    def output(self, name: str, term: Term) -> None:
        self.outputs.append(Output(name, term.value, self.b.origin))

    def update(self, name: str, term: Term) -> None:
        self.updates.append(Update(self.variables[name].value, term.value, self.b.origin))

    def effect(self, name: str, *arguments: object) -> None:
        """`print` or `assert` after those before."""
        *terms, attribute = arguments
        if self.token is None:
            self.token = self.b.term(self.b.emit(self.b.catalogue["token"], ()).results[0])
        values = [self.token.value, *(t.value for t in terms)]
        self.token = self.b.term(self.b.emit(self.b.catalogue[name], values, (attribute,)).results[0])

    def graph(self) -> Graph:
        return Graph(
            tuple(self.b.nodes),
            tuple(self.outputs),
            updates=tuple(self.updates),
            token=self.token.value if self.token else None,
            default_float=self.b.default_float,
        )

    def run(self, **feeds: object) -> Result:
        graph = self.graph()
        return Executable(graph).run(bind(graph, feeds))


def constant_graph(data: object, dtype: DType) -> Graph:
    """A closed graph that gives data."""
    return region(lambda b: [b.term(b.constant(Constant(np.asarray(data, dtype.numpy), dtype)))])


def region(body: Callable[..., list[Term]], *params: TensorType, catalogue: Mapping[str, Op] = EVERYTHING) -> Graph:
    """A region: `body(b, *parameters)` gives its results."""
    b = Builder(catalogue)
    terms = [b.term(b.emit(structure.parameter, (), (f"p{i}", t)).results[0]) for i, t in enumerate(params)]
    outputs = tuple(Output(str(i), t.value, b.origin) for i, t in enumerate(body(b, *terms)))
    return Graph(tuple(b.nodes), outputs, params=tuple(t.value for t in terms))
