"""Products with Hessians, and whole Jacobians and Hessians, from the two sweeps.

A Jacobian is a `map` over basis vectors: of the result's space in reverse mode (its rows), of the operand's space in
forward mode (its columns).  The region holds one sweep; what it needs of the program are its captures.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from graphc.autodiff.forward import jvp
from graphc.autodiff.regions import parameter
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder, Term
from graphc.ir.graph import Node, Value
from graphc.ir.region import close_loop
from graphc.ir.types import TensorType
from graphc.source import Span


def hvp(b: Builder, y: Value, x: Value, v: Value, *, asked: Span | None = None) -> Value | None:
    """The Hessian of `y` by `x`, times `v`: forward over reverse.  None where it is zero."""
    (slope,) = gradient(b, [y], [x], [None], asked=asked)
    if slope is None:
        return None
    (result,) = jvp(b, [slope], [x], [v], asked=asked)
    return result


def hessian(b: Builder, y: Value, x: Value, *, asked: Span | None = None) -> Value | None:
    """The second derivatives of a scalar `y`, of shape x.shape + x.shape: forward over reverse.  None: all zero."""
    (slope,) = gradient(b, [y], [x], [None], asked=asked)
    return None if slope is None else jacobian(b, slope, x, mode="forward", asked=asked)


def jacobian(
    b: Builder,
    y: Value,
    x: Value,
    *,
    mode: Literal["forward", "reverse"] | None = None,
    asked: Span | None = None,
) -> Value | None:
    """The derivatives of every element of `y` by every element of `x`, of shape y.shape + x.shape.  None: all zero.

    Without a mode: forward if `x` is known to have fewer elements than `y`, else reverse.
    """
    if mode is None:
        sizes = (x.type.size, y.type.size)
        fewer = isinstance(sizes[0], int) and isinstance(sizes[1], int) and sizes[0] < sizes[1]
        mode = "forward" if fewer or (sizes[0] == 1 and not x.type.shape) else "reverse"
    if mode == "reverse":
        return _by_rows(b, y, x, asked)
    return _by_columns(b, y, x, asked)


def _by_rows(b: Builder, y: Value, x: Value, asked: Span | None) -> Value | None:
    if not y.type.shape:
        return gradient(b, [y], [x], [None], asked=asked)[0]
    inner = Builder(b.catalogue, b.default_float, b.origin, b)
    seed = parameter(inner, "g", y.type)
    (row,) = gradient(inner, [y], [x], [seed], asked=asked)
    if row is None:
        return None
    rows = _map_over_basis(b, inner.nodes, seed, row)
    return _shaped(Term(b, rows), y, x)


def _by_columns(b: Builder, y: Value, x: Value, asked: Span | None) -> Value | None:
    if not x.type.shape:
        return jvp(b, [y], [x], [b.number(1, x.type.dtype)], asked=asked)[0]
    inner = Builder(b.catalogue, b.default_float, b.origin, b)
    tangent = parameter(inner, "t", x.type)
    (column,) = jvp(inner, [y], [x], [tangent], asked=asked)
    if column is None:
        return None
    columns = Term(b, _map_over_basis(b, inner.nodes, tangent, column))
    moved = b.apply("transpose", columns, (*range(1, columns.rank), 0)) if y.type.shape else columns
    return _shaped(moved, y, x)


def _shaped(flat: Term, y: Value, x: Value) -> Value:
    shape = y.type.shape + x.type.shape
    return flat.value if flat.shape == shape else flat.b.value_of("reshape", flat, shape)


def _map_over_basis(b: Builder, nodes: Iterable[Node], basis_vector: Value, result: Value) -> Value:
    """The results for all basis vectors of the space of `basis_vector`, along a new first axis."""
    like: TensorType = basis_vector.type
    parts = [(list(nodes), [basis_vector], [result])]
    regions, captures = close_loop(b.catalogue["parameter"], parts, b.origin, b.default_float)
    identity = b.apply("eye", like.size, dtype=like.dtype)
    basis = b.apply("reshape", identity, (like.size, *like.shape)) if like.rank != 1 else identity
    return b.emit(b.catalogue["map"], (basis.value, *captures), (1,), regions).results[0]
