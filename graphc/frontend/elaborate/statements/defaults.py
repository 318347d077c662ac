"""Defaults of inputs and initial values of variables: regions that give a value of the declared type.

A default may fix symbolic sizes, `input x: f64[n] = [1, 2, 4]`, and a scalar fills any shape.  `declarations` and
`entries` ask for the regions; when everything is declared, `check` sees whether the defaults agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import keys, written_types
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step
from graphc.frontend.elaborate.core.scopes import Frame, Scope
from graphc.frontend.elaborate.core.state import closed
from graphc.frontend.elaborate.statements import bindings
from graphc.ir.builder import Builder
from graphc.ir.default_sizes import own_shape, solved
from graphc.ir.dims import Dim, Poly, Symbol, evaluate
from graphc.ir.graph import Node
from graphc.ir.types import TensorType


def region(e: Elaborator, scope: Scope, wanted: TensorType, value: syntax.Expr, place: str, *, fills: bool) -> Step:
    """The initial value of an input (`fills`) or variable as a closed region without parameters.

    `place`: what its random numbers are for, the path of what is declared.
    """
    frame = Frame(Builder(e.catalogue, e.default_float), scope.frame, None)
    keys.from_the_run(e, frame)
    frame.place = place
    inner = Scope(scope, frame)
    meaning = yield e.expression(inner, value)
    scope.frame.calls += frame.calls
    found = e.dtype_of(meaning, value.span)
    if found is not wanted.dtype and not bindings.implicit(found, wanted.dtype):
        code = "E0316" if found.is_float and wanted.dtype.is_integer else "E0303"
        raise e.fail(
            code,
            f"the value is {found}, but {wanted.dtype} is declared",
            value.span,
            hint=written_types.cast_hint(found, wanted.dtype, value.span.text),
        )
    result = e.tensor(frame, meaning, value.span, wanted.dtype)
    if result.type.shape != wanted.shape and not (fills and fits(wanted, result.type)):
        raise e.fail(
            "E0303",
            f"the value is {result.type}, but {wanted} is declared",
            value.span,
            f"is {result.type}",
            hint=f"broadcast_to({value.span.text}, [{', '.join(map(str, wanted.shape))}])"
            if not result.type.shape
            else f"declare {result.type}",
        )
    return closed(e, frame, result, value.span)


def fits(wanted: TensorType, found: TensorType) -> bool:
    """Can the sizes of the declared type be such that it is the found one, or is that a scalar, which fills any?"""
    if not found.shape:
        return True
    if len(wanted.shape) != len(found.shape):
        return False
    sizes: dict[str, int] = {}
    pairs = [(d, size) for d, size in zip(wanted.shape, found.shape, strict=True) if d != size]
    if not all(isinstance(d, Poly) and isinstance(size, int) for d, size in pairs):
        return False
    for dim, size in sorted(pairs, key=lambda pair: not is_symbol(pair[0])):
        assert isinstance(dim, Poly) and isinstance(size, int)
        learned = solved(dim, size, sizes)
        if learned is not None:
            sizes[learned[0]] = learned[1]
        elif is_linear(dim) and len(dim.symbols - sizes.keys()) < 2 and not agrees(dim, size, sizes):
            return False
    return True


def is_symbol(dim: Dim) -> bool:
    return isinstance(dim, Poly) and dim.symbols == {str(dim)}


def is_linear(dim: Poly) -> bool:
    """Is it `a*n + b*m + c`?  Whether another one can have a size is left to the run."""
    factors = [monomial for monomial, _ in dim.terms if monomial]
    return all(len(m) == 1 and isinstance(m[0][0], Symbol) and m[0][1] == 1 for m in factors)


def agrees(dim: Poly, size: int, sizes: dict[str, int]) -> bool:
    return dim.symbols <= sizes.keys() and evaluate(dim, sizes) == size


# ---------------------------------------------------------------- do they agree?


def facts(inputs: Iterable[Node]) -> Iterator[tuple[Node, Dim, int]]:
    """Which size a default gives to which dimension: first those that are a symbol, then the others."""
    found = []
    for node in inputs:
        shape = own_shape(node) or ()
        for dim, size in zip(node.results[0].type.shape, shape, strict=False):
            if size is not None and isinstance(dim, Poly):
                found.append((node, dim, size))
    found.sort(key=lambda fact: not is_symbol(fact[1]))
    yield from found


def check(e: Elaborator, inputs: Iterable[Node]) -> None:
    """Report E0602 for a default that doesn't fit those before it."""
    sizes: dict[str, int] = {}
    where: dict[str, Node] = {}
    waiting = list(facts(inputs))
    for node, dim, size in waiting:
        learned = solved(dim, size, sizes)
        if learned is not None:
            sizes[learned[0]], where[learned[0]] = learned[1], node
            continue
        known = dim.symbols & sizes.keys() if isinstance(dim, Poly) else set()
        if isinstance(dim, int) or known != dim.symbols or evaluate(dim, sizes) == size:
            continue
        name, others = node.attrs[0], sorted(known)
        told = ", ".join(f"{s} is {sizes[s]}" for s in others)
        e.call = None
        failure = e.fail(
            "E0602",
            f"the default of {name} doesn't fit the default of {where[others[0]].attrs[0]}: {told} there",
            node.origin.span,
            f"{dim} is {size} here",
            secondary=[Label(where[s].origin.span, f"{s} is {sizes[s]} here") for s in others],
            hint=f"if they may differ, declare {name} with another symbol than {others[0]}",
        )
        e.report(failure.diagnostic)
