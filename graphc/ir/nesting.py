"""Regions inside regions: what they go too deep for says so, with the place.

A chain of `else if` is one, too: each branch stands in the `else` of that before.  What walks regions by calling itself
for each (the differentiator, the printer, passes that rewrite them) ends where Python's stack does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.ir.graph import Graph, Node, nested


@contextmanager
def nesting_reported(graph: Graph) -> Iterator[None]:
    """Work on a graph and its regions.  Raises Diagnostics E0901 if they are nested too deeply for it."""
    try:
        yield
    except RecursionError:
        node = deepest(graph)
        raise Diagnostics([too_deep(None if node is None else Label(node.origin.span))]) from None


def too_deep(place: Label | None) -> Diagnostic:
    return Diagnostic(
        "E0901",
        "loops and branches are nested too deeply",
        place,
        hint="where(c, a, b) chooses among values without a branch",
    )


def deepest(graph: Graph) -> Node | None:
    """The node whose regions have the most regions inside each other; None if there is none with regions."""
    depths: dict[Graph, int] = {}
    for g in reversed(nested(graph)):
        depths[g] = 1 + max((depths[r] for n in g.nodes for r in n.regions), default=0)
    return max((n for n in graph.nodes if n.regions), key=lambda n: max(depths[r] for r in n.regions), default=None)
