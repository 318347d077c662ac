"""Graphs as programs: `print_graph` writes what parses and elaborates back to an equal graph.

In: a graph.  Out: `.g` text, for people: values that are used once stand inside expressions, names come from the
source.  The core form has one typed op per line with its place in the source.  `graphc show` and `graphc grad` print
with it; so do tests and the verifier's reports.

    program      declarations, statements, outputs, updates
    block        the statements of one graph; regions as functions
    expressions  a node as an operator, an index, a call
    operands     what promotion lets a reader leave out
    literals     constants, sizes, attributes;  names  identifiers;  origins  the comments of the core form
"""

from __future__ import annotations

from graphc.ir.graph import Graph
from graphc.ir.nesting import nesting_reported
from graphc.ir.text.origins import printable, with_origins
from graphc.ir.text.program import program


def print_graph(graph: Graph, *, core: bool = False, header: str | None = None, width: int = 100) -> str:
    """The program of a graph, below `header` as a comment.  `core`: every node on a line of its own.

    Raises Diagnostics E0901 if its regions are nested too deeply.
    """
    with nesting_reported(graph):
        lines = program(graph, core=core, width=width)
    texts = with_origins(lines) if core else [line.text for line in lines]
    if header is not None:
        texts = [f"# {printable(line)}".rstrip() for line in header.splitlines()] + texts
    return "".join([f"{text}\n" for text in texts])
