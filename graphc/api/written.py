"""Graphs as text, for pickles: what a program prints as is what it is, in another process and another version, too.

In: a graph and its options.  Out: `Written`, which can be pickled and gives an equal graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphc.driver import Elaborated, Options, compile_source
from graphc.ir.graph import Graph, Node
from graphc.ir.text import print_graph
from graphc.ir.types import DType
from graphc.source import Source


@dataclass(frozen=True, slots=True)
class Written:
    """A program as its source, with the options that say what it means."""

    source: Source
    default_float: DType
    fast_math: bool

    @staticmethod
    def of(graph: Graph, options: Options, name: str = "program.g") -> Written:
        """A graph as the program that it prints as."""
        return Written.program(Source(name, print_graph(graph)), options)

    @staticmethod
    def program(source: Source, options: Options) -> Written:
        """A program as it was written."""
        return Written(source, options.default_float, options.fast_math)

    @staticmethod
    def inputs(nodes: Sequence[Node], options: Options) -> Written:
        """Inputs alone."""
        return Written.of(Graph(tuple(nodes), (), default_float=options.default_float), options)

    @property
    def options(self) -> Options:
        return Options(self.default_float, fast_math=self.fast_math)

    def read(self) -> Elaborated:
        """The program again."""
        return compile_source(self.source, self.options)
