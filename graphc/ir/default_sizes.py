"""What the defaults of inputs say of sizes: `input x: f64[n] = [1, 2, 4]` makes n 3, unless a feed says otherwise.

The front end checks that defaults agree, prune keeps the inputs that a size comes from, and the executors bind sizes by
these rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphc.ir.dims import Dim, Poly, Symbol, evaluate
from graphc.ir.graph import Node


def own_shape(node: Node) -> tuple[int | None, ...] | None:
    """The shape that a placeholder's own value has by itself, None for the sizes that others tell; None if it has none.

    A scalar that fills any shape says nothing.
    """
    if not node.regions:
        return None
    found = node.regions[0].outputs[0].value.type
    if found.rank != node.results[0].type.rank:
        return None
    return tuple([d if isinstance(d, int) else None for d in found.shape])


def fixed_by(node: Node) -> set[str]:
    """The symbols that the default of an input fixes."""
    pairs = zip(node.results[0].type.shape, own_shape(node) or (), strict=False)
    return {s for dim, size in pairs if size is not None and isinstance(dim, Poly) for s in dim.symbols}


def solved(dim: Dim, size: int, sizes: Mapping[str, int]) -> tuple[str, int] | None:
    """The one unknown symbol of a dimension `a*n + c`, and its size."""
    if isinstance(dim, int):
        return None
    unknown = [name for name in dim.symbols if name not in sizes]
    if len(unknown) != 1:
        return None
    slope, rest = 0, size
    for monomial, c in dim.terms:
        match monomial:
            case ((Symbol(name), 1),) if name == unknown[0]:
                slope = c
            case _ if any(unknown[0] in atom.symbols for atom, _ in monomial):
                return None
            case _:
                rest -= evaluate(Poly(((monomial, c),)) if monomial else c, sizes)
    if slope == 0 or rest % slope or rest // slope < 0:
        return None
    return unknown[0], rest // slope
