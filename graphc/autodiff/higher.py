"""Products with Hessians, and whole Jacobians and Hessians, from the two sweeps.

A Jacobian is a `map` over basis vectors: of a result's space in reverse mode (its rows), of an operand's space in
forward mode (its columns).  The region holds one sweep, for all operands or all results; what it needs of the program
are its captures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.orders import gradient, jvp
from graphc.autodiff.regions import parameter
from graphc.ir.builder import Builder, Term
from graphc.ir.dims import Dim, evaluate
from graphc.ir.graph import Node, Value
from graphc.ir.region import close_loop
from graphc.ir.types import TensorType
from graphc.source import Span

T = TypeVar("T")

_LARGE = 10**6  # what a symbolic size counts when modes are compared: constants hardly matter beside it


def hvp(
    b: Builder, y: Value, xs: Sequence[Value], vs: Sequence[Value], *, asked: Span | None = None
) -> list[Value | None]:
    """The Hessian of `y` by all `xs` together, times `vs`: forward over reverse.  None where it is zero."""
    slopes = gradient(b, [y], xs, [None], asked=asked)
    return _where_there(slopes, lambda present: jvp(b, present, xs, vs, asked=asked))


def hessian(b: Builder, y: Value, xs: Sequence[Value], *, asked: Span | None = None) -> list[list[Value | None]]:
    """The blocks of second derivatives of a scalar `y`: forward over reverse.  None: all zero."""
    slopes = gradient(b, [y], xs, [None], asked=asked)
    rows = _where_there(slopes, lambda present: jacobian(b, present, xs, mode="forward", asked=asked))
    return [[None] * len(xs) if row is None else row for row in rows]


def jacobian(
    b: Builder,
    ys: Sequence[Value],
    xs: Sequence[Value],
    *,
    mode: Literal["forward", "reverse"] | None = None,
    asked: Span | None = None,
) -> list[list[Value | None]]:
    """The derivatives of every element of each y by every element of each x, of shape y.shape + x.shape; None: zero.

    Without a mode that which needs fewer sweeps, unless there is a hand-written rule that has no forward mode.
    """
    if mode == "reverse" or (mode is None and not _forward_is_cheaper(ys, xs)):
        return [_by_rows(b, y, xs, asked) for y in ys]
    try:
        columns = [_by_columns(b, ys, x, asked) for x in xs]
    except DerivativeError:
        if mode is not None:
            raise
        return [_by_rows(b, y, xs, asked) for y in ys]
    return [list(row) for row in zip(*columns, strict=True)]


def _where_there(slopes: Sequence[Value | None], derive: Callable[[list[Value]], Iterable[T]]) -> list[T | None]:
    """What `derive` makes of the slopes that aren't zero, None for the others."""
    found = iter(derive([slope for slope in slopes if slope is not None]))
    return [None if slope is None else next(found) for slope in slopes]


def _forward_is_cheaper(ys: Sequence[Value], xs: Sequence[Value]) -> bool:
    """Do the xs have fewer elements than the ys?  Symbolic sizes are compared by their order.

    By one scalar a tangent needs no basis, and no sweep back.
    """
    return (len(xs) == 1 and not xs[0].type.shape) or _elements(xs) < _elements(ys)


def _elements(values: Sequence[Value]) -> int:
    return sum(_by_order(v.type.size) for v in values)


def _by_order(size: Dim) -> int:
    if isinstance(size, int):
        return size
    try:
        return evaluate(size, dict.fromkeys(size.symbols, _LARGE))
    except ZeroDivisionError:
        return _LARGE


def _by_rows(b: Builder, y: Value, xs: Sequence[Value], asked: Span | None) -> list[Value | None]:
    if not y.type.shape:
        return gradient(b, [y], xs, [None], asked=asked)
    inner = Builder(b.catalogue, b.default_float, b.origin, b)
    seed = parameter(inner, "g", y.type)
    rows = gradient(inner, [y], xs, [seed], asked=asked)
    found = _map_over_basis(b, inner.nodes, seed, rows)
    return [None if row is None else _shaped(Term(b, row), y, x) for row, x in zip(found, xs, strict=True)]


def _by_columns(b: Builder, ys: Sequence[Value], x: Value, asked: Span | None) -> list[Value | None]:
    if not x.type.shape:
        return jvp(b, ys, [x], [b.number(1, x.type.dtype)], asked=asked)
    inner = Builder(b.catalogue, b.default_float, b.origin, b)
    tangent = parameter(inner, "t", x.type)
    columns = jvp(inner, ys, [x], [tangent], asked=asked)
    found = _map_over_basis(b, inner.nodes, tangent, columns)
    return [None if column is None else _moved(Term(b, column), y, x) for column, y in zip(found, ys, strict=True)]


def _moved(columns: Term, y: Value, x: Value) -> Value:
    """Columns along the first axis, brought behind those of y."""
    moved = columns.b.apply("transpose", columns, (*range(1, columns.rank), 0)) if y.type.shape else columns
    return _shaped(moved, y, x)


def _shaped(flat: Term, y: Value, x: Value) -> Value:
    shape = y.type.shape + x.type.shape
    return flat.value if flat.shape == shape else flat.b.value_of("reshape", flat, shape)


def _map_over_basis(
    b: Builder, nodes: Iterable[Node], basis_vector: Value, results: Sequence[Value | None]
) -> list[Value | None]:
    """The results for all basis vectors of the space of `basis_vector`, along a new first axis."""
    present = [value for value in results if value is not None]
    if not present:
        return list(results)
    like: TensorType = basis_vector.type
    parts = [(list(nodes), [basis_vector], present)]
    regions, captures = close_loop(b.catalogue["parameter"], parts, b.origin, b.default_float)
    identity = b.apply("eye", like.size, dtype=like.dtype)
    basis = b.apply("reshape", identity, (like.size, *like.shape)) if like.rank != 1 else identity
    found = iter(b.emit(b.catalogue["map"], (basis.value, *captures), (1,), regions).results)
    return [None if value is None else next(found) for value in results]
