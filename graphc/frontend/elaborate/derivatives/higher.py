"""Derivatives of second order and matrices of derivatives as expressions: hvp, jacobian, hessian.

Over several values they give tuples: a Jacobian one for each value that is differentiated, of one for each that it is
differentiated by; a Hessian all blocks, `((aa, ab), (ba, bb))`.  A block is zero where its values don't meet; that
nothing depends on one of them at all is an error, unless `unused="zero"`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import graphc.autodiff as autodiff
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Items, Meaning, Scope, Text
from graphc.frontend.elaborate.derivatives.expansion import (
    Wrt,
    arguments,
    derivative_failure,
    no_path,
    note,
    pieces,
    primal,
    targets,
    unused_zero,
    wrt_list,
    zeros_like,
)
from graphc.ir.builder import Builder
from graphc.ir.graph import Value
from graphc.source import Span

Mode: TypeAlias = "Literal['forward', 'reverse'] | None"
Bound: TypeAlias = "dict[str, tuple[Given, syntax.Expr]]"
Row: TypeAlias = "Sequence[Value | None]"


def hvp(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`hvp(y, x, v)`: the Hessian of a scalar y times v, forward over reverse; of lists, a tuple."""
    bound = yield arguments(e, scope, node, ("y", "x", "v"), ("unused",))
    zero = unused_zero(e, bound.get("unused"))
    y, wrts, tangents = pieces(e, scope, bound)
    xs = [w.value for w in wrts]
    (row,) = derived(e, scope, node, lambda b: [autodiff.hvp(b, y, xs, tangents, asked=node.span)])
    remember(scope, [y], wrts, bound, node.span)
    found = []
    for w, value in zip(wrts, row, strict=True):
        if value is None and not zero:
            check_path(e, scope, node, [y], w, bound)
        found.append(zeros_like(e, scope.frame, w.value, node.span) if value is None else value)
    return gathered([found], node.span, several_ys=False, several_xs=is_several(bound["x"][0]))


def jacobian(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`jacobian(y, x)`, of shape y.shape + x.shape; of lists, tuples."""
    bound = yield arguments(e, scope, node, ("y", "x"), ("mode", "unused"))
    zero = unused_zero(e, bound.get("unused"))
    ys = [e.tensor(scope.frame, primal(e, scope.frame, g), g.span) for g in targets(e, *bound["y"])]
    wrts = wrt_list(e, scope, *bound["x"])
    xs, mode = [w.value for w in wrts], mode_of(e, bound.get("mode"))
    rows = derived(e, scope, node, lambda b: autodiff.jacobian(b, ys, xs, mode=mode, asked=node.span))
    remember(scope, ys, wrts, bound, node.span)
    for i, y in enumerate(ys):
        if not zero and all(value is None for value in rows[i]):
            check_path(e, scope, node, [y], wrts[0], bound)
    for j, w in enumerate(wrts):
        if not zero and all(row[j] is None for row in rows):
            check_path(e, scope, node, ys, w, bound)
    blocks = [filled(e, scope, node, y, wrts, row) for y, row in zip(ys, rows, strict=True)]
    return gathered(blocks, node.span, several_ys=is_several(bound["y"][0]), several_xs=is_several(bound["x"][0]))


def hessian(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`hessian(y, x)`, of shape x.shape + x.shape; of a list, every block."""
    bound = yield arguments(e, scope, node, ("y", "x"), ("unused",))
    zero = unused_zero(e, bound.get("unused"))
    y = e.tensor(scope.frame, primal(e, scope.frame, bound["y"][0]), bound["y"][0].span)
    wrts = wrt_list(e, scope, *bound["x"])
    if y.type.shape:
        raise e.fail(
            "E0311", f"a Hessian is of a scalar, not of {y.type}", bound["y"][0].span, hint="sum it: hessian(sum(y), x)"
        )
    xs = [w.value for w in wrts]
    rows = derived(e, scope, node, lambda b: autodiff.hessian(b, y, xs, asked=node.span))
    remember(scope, [y], wrts, bound, node.span)
    for w, row in zip(wrts, rows, strict=True):
        if not zero and all(value is None for value in row):
            check_path(e, scope, node, [y], w, bound)
    blocks = [filled(e, scope, node, w.value, wrts, row) for w, row in zip(wrts, rows, strict=True)]
    several = is_several(bound["x"][0])
    return gathered(blocks, node.span, several_ys=several, several_xs=several)


# ---------------------------------------------------------------- arguments


def is_several(given: Given) -> bool:
    return isinstance(given.meaning, Items)


def mode_of(e: Elaborator, bound: tuple[Given, syntax.Expr] | None) -> Mode:
    """`mode="forward"` or `mode="reverse"`; None for whichever needs fewer sweeps."""
    if bound is None:
        return None
    meaning = bound[0].meaning
    text = e.text(meaning) if isinstance(meaning, Text) else None
    if text == "forward":
        return "forward"
    if text == "reverse":
        return "reverse"
    raise e.fail("E0309", 'mode is "forward" or "reverse"', bound[0].span, hint='mode="forward"')


# ---------------------------------------------------------------- results


def derived(
    e: Elaborator, scope: Scope, node: syntax.CallExpr, make: Callable[[Builder], Sequence[Row]]
) -> Sequence[Row]:
    """The blocks that a rule gives.  Raises Failure where it can't."""
    try:
        return make(e.at(scope.frame, node.span))
    except autodiff.DerivativeError as error:
        raise derivative_failure(e, error, node.span) from None


def remember(scope: Scope, ys: list[Value], wrts: list[Wrt], bound: Bound, asked: Span) -> None:
    note(scope, ys, wrts, asked, bound["y"][0].span)


def check_path(e: Elaborator, scope: Scope, node: syntax.CallExpr, ys: list[Value], w: Wrt, bound: Bound) -> None:
    """Raise E0402 or E0403 if no y depends on what it is differentiated by.

    Where a first derivative exists, what is zero is the second one: it is constant.
    """
    backwards = scope.frame.builder.backwards()
    if node.function.span.text != "jacobian" and any(autodiff.depends(backwards, y, w.value) for y in ys):
        return
    raise no_path(e, scope, ys, w, bound["y"][0].span, node.span, node.function.span.text)


def filled(e: Elaborator, scope: Scope, node: syntax.CallExpr, y: Value, wrts: Sequence[Wrt], row: Row) -> list[Value]:
    """A row of blocks, with zeros for those that there are none of."""
    found = []
    for w, value in zip(wrts, row, strict=True):
        shape = y.type.shape + w.value.type.shape
        found.append(zeros_like(e, scope.frame, w.value, node.span, shape) if value is None else value)
    return found


def gathered(blocks: Sequence[Sequence[Value]], span: Span, *, several_ys: bool, several_xs: bool) -> Meaning:
    """The blocks as a value, a tuple, or a tuple of tuples."""
    rows: list[Meaning] = [Items(tuple(row), span, is_tuple=True) if several_xs else row[0] for row in blocks]
    return Items(tuple(rows), span, is_tuple=True) if several_ys else rows[0]
