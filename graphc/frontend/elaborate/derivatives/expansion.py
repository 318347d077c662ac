"""Derivatives as expressions: grad and jvp, and what higher.py shares with them.

They expand here, before any pass, into ordinary nodes.  A name among the things to differentiate by means its present
value; if only an earlier value of it matters, the error points at both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphc.autodiff as autodiff
from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.places import dotted
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Scope, Text
from graphc.frontend.elaborate.core.values import Failure, OpFunction, Special, Static
from graphc.frontend.elaborate.derivatives import unseen
from graphc.ir.dims import Dim
from graphc.ir.graph import MAX_NODES, Value, extent, reachable
from graphc.ir.types import FLOATS, WEAK_INT, DType
from graphc.source import Span


@dataclass(frozen=True, slots=True)
class Wrt:
    """Something to differentiate by: its value, its place and syntax, and the name it was given by."""

    value: Value
    span: Span
    name: str | None
    node: syntax.Expr


def arguments(
    e: Elaborator, scope: Scope, node: syntax.CallExpr, names: Sequence[str], optional: Sequence[str] = ()
) -> Step:
    """The arguments of a builtin by parameter name, with their syntax."""
    function = node.function.span.text
    allowed = (*names, *optional)
    bound: dict[str, tuple[Given, syntax.Expr]] = {}
    position = 0
    for argument in node.arguments:
        if argument.keyword is None:
            if position >= len(allowed):
                most = f"{len(allowed)} argument{'s' if len(allowed) > 1 else ''}"
                hint = f"{function}({', '.join(names)})"
                raise e.fail("E0204", f"{function} takes {most} at most", argument.span, hint=hint)
            key = allowed[position]
            position += 1
        else:
            key = argument.keyword.text
            if key not in allowed:
                raise e.fail(
                    "E0204",
                    f"{function} has no argument {key}",
                    argument.span,
                    hint=f"it takes {', '.join(allowed)}",
                )
        if key in bound:
            raise e.fail("E0204", f"argument {key} of {function} is given twice", argument.span)
        meaning = yield e.expression(scope, argument.value)
        bound[key] = (Given(meaning, argument.value.span), argument.value)
    for key in names:
        if key not in bound:
            raise e.fail(
                "E0204", f"{function} needs an argument {key}", node.span, hint=f"{function}({', '.join(names)})"
            )
    return bound


# ---------------------------------------------------------------- what is differentiated


def targets(e: Elaborator, given: Given, node: syntax.Expr) -> list[Given]:
    """The values to differentiate: one, or those of a list."""
    meaning = given.meaning
    if isinstance(meaning, Function | OpFunction | Special):
        name = given.span.text
        raise e.fail(
            "E0407", f"{name} is a function; a derivative is of a value", given.span, hint=f"grad({name}(x), x)"
        )
    if not isinstance(meaning, Items):
        return [given]
    places = node.items if isinstance(node, syntax.List | syntax.Tuple) else [node] * len(meaning.items)
    return [Given(m, place.span) for m, place in zip(meaning.items, places, strict=True)]


def primal(e: Elaborator, frame: Frame, given: Given) -> Value:
    """A value that has a derivative.  Raises E0401."""
    value = e.collected(frame, given.meaning, given.span)
    if value.type.dtype not in FLOATS and value.type.dtype is not WEAK_INT:
        declared = _declared(value)
        kind = str(value.type).replace(str(value.type.dtype), str(e.default_float), 1)
        raise e.fail(
            "E0401",
            f"{given.span.text} is {value.type}, which has no derivative",
            given.span,
            secondary=declared,
            hint=f"declare {given.span.text}: {kind}" if declared else None,
        )
    return value


def _declared(value: Value) -> list[Label]:
    """Where an input or variable with no inputs of its own was declared."""
    if value.node.inputs or value.node.op.name not in ("input", "variable"):
        return []
    return [Label(value.node.origin.span, f"declared {value.type}")]


def wrt_list(e: Elaborator, scope: Scope, given: Given, node: syntax.Expr) -> list[Wrt]:
    """What to differentiate by, each with the name it was written as."""
    if isinstance(node, syntax.List | syntax.Tuple):
        nodes: Sequence[syntax.Expr] = node.items
    else:
        nodes = [node] * (len(given.meaning.items) if isinstance(given.meaning, Items) else 1)
    meanings = given.meaning.items if isinstance(given.meaning, Items) else (given.meaning,)
    result = []
    for meaning, place in zip(meanings, nodes, strict=True):
        written = dotted(place)
        name = None if written is None else written.text
        value = primal(e, scope.frame, Given(meaning, place.span))
        result.append(Wrt(value, place.span, name, place))
    return result


def seed_for(e: Elaborator, frame: Frame, y: Value, given: Given | None, what: str = "seed") -> Value | None:
    """The seed of y's cotangent, or a tangent for y, checked; None for ones."""
    if given is None:
        return None
    dtype = e.dtype_of(given.meaning, given.span)
    wanted: DType = y.type.dtype
    seed = e.tensor(frame, given.meaning, given.span, wanted if dtype.weak or dtype.is_integer else None)
    if seed.type.shape != y.type.shape or seed.type.dtype is not wanted:
        hint = "leave it out for ones" if what == "seed" else None
        if seed.type.shape == y.type.shape:
            hint = f"cast it: {wanted}({given.span.text})"
        message = f"the {what} must be {y.type}, not {seed.type}"
        raise e.fail("E0404", message, given.span, f"is {seed.type}", hint=hint)
    return seed


DERIVATIVES = ("grad", "jvp", "hvp", "jacobian", "hessian")  # those that take unused="zero"

# ---------------------------------------------------------------- grad


def grad(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`grad(y, x)`, `grad(y, [a, b])`, `grad([y1, y2], x)`, with `seed=` and `unused="zero"`."""
    bound = yield arguments(e, scope, node, ("y", "x"), ("seed", "unused"))
    frame = scope.frame
    given_y = bound["y"][0]
    ys = [primal(e, frame, g) for g in targets(e, *bound["y"])]
    wrts = wrt_list(e, scope, *bound["x"])
    seeds = seeds_for(e, frame, ys, bound.get("seed"))
    zero = unused_zero(e, bound.get("unused"))
    found = differentiate(e, scope, ys, wrts, seeds, node.span, given_y.span, zero=zero)
    if isinstance(bound["x"][0].meaning, Items):
        return Items(tuple(found), node.span, is_tuple=True)
    return found[0]


def seeds_for(
    e: Elaborator, frame: Frame, ys: list[Value], bound: tuple[Given, syntax.Expr] | None
) -> list[Value | None]:
    if bound is None:
        return [None] * len(ys)
    given = bound[0]
    if len(ys) == 1:
        return [seed_for(e, frame, ys[0], given)]
    items = given.meaning.items if isinstance(given.meaning, Items) else ()
    if len(items) != len(ys):
        raise e.fail("E0404", f"{len(ys)} values need a list of {len(ys)} seeds", given.span, hint="seed=[v1, v2]")
    return [seed_for(e, frame, y, Given(m, given.span)) for y, m in zip(ys, items, strict=True)]


def unused_zero(e: Elaborator, bound: tuple[Given, syntax.Expr] | None) -> bool:
    if bound is None:
        return False
    meaning = bound[0].meaning
    if not isinstance(meaning, Text) or e.text(meaning) not in ("zero", "error"):
        raise e.fail("E0309", 'unused is "error" or "zero"', bound[0].span, hint='unused="zero"')
    return meaning.value == "zero"


def differentiate(
    e: Elaborator,
    scope: Scope,
    ys: list[Value],
    wrts: list[Wrt],
    seeds: list[Value | None],
    asked: Span,
    y_span: Span,
    *,
    zero: bool,
) -> list[Value]:
    """The gradients as nodes of the frame; E0402 or E0403 where there is no path, or zeros."""
    b = e.at(scope.frame, asked)
    mark = len(b.nodes)
    try:
        found = autodiff.gradient(b, ys, [w.value for w in wrts], seeds, asked=asked)
    except autodiff.DerivativeError as error:
        raise derivative_failure(e, error, asked) from None
    if mark + extent(b.nodes[mark:]) > MAX_NODES:
        raise too_large(e, f"this derivative has more than {MAX_NODES:,} operations", asked)
    note(scope, ys, wrts, asked, y_span)
    result = []
    for w, value in zip(wrts, found, strict=True):
        if value is not None:
            result.append(value)
        elif zero:
            result.append(zeros_like(e, scope.frame, w.value, asked))
        else:
            raise no_path(e, scope, ys, w, y_span, asked, "grad")
    return result


def too_large(e: Elaborator, message: str, span: Span) -> Failure:
    return e.fail("E0904", message, span, hint="a lower order: through loops and branches each multiplies the graph")


def note(scope: Scope, ys: list[Value], wrts: list[Wrt], asked: Span, y_span: Span) -> None:
    """A derivative is wrong if what the code around it is given depends on `wrts`: remember it until that is known."""
    unseen.note(scope.frame, ys, [(w.value, w.name or w.span.text) for w in wrts], asked, y_span.text)


def derivative_failure(e: Elaborator, error: autodiff.DerivativeError, asked: Span) -> Failure:
    return e.fail(error.code, error.message, asked, hint=getattr(error, "hint", None))


def zeros_like(e: Elaborator, frame: Frame, value: Value, span: Span, shape: tuple[Dim, ...] | None = None) -> Value:
    """Zeros of a value's dtype, and its shape unless another is given."""
    shape = value.type.shape if shape is None else shape
    dtype = e.default_float if value.type.dtype.weak else value.type.dtype
    b = e.at(frame, span)
    b.origin = b.origin.derive("adjoint", span)
    if not shape:
        return b.number(0.0, dtype)
    return b.emit(e.catalogue["zeros"], (), (shape, dtype)).results[0]


def no_path(
    e: Elaborator, scope: Scope, ys: list[Value], w: Wrt, y_span: Span, asked: Span, builtin: str = ""
) -> Failure:
    """Why y does not depend on x: an earlier value of the name, a broken path, or nothing at all.

    `builtin`: the name of the one that was called, where the hint depends on it.
    """
    shown = w.name or w.span.text
    if w.name is not None and (found := names.find(e, scope, w.name)) is not None:
        needed = reachable(ys)
        what = "call minimize" if builtin == "minimize" else "take the gradient"
        for meaning, _ in reversed(found[1].earlier):
            value = meaning.node if isinstance(meaning, Static) else meaning
            if isinstance(value, Value) and value.node in needed:
                return e.fail(
                    "E0403",
                    f"{y_span.text} was computed with an earlier {shown}",
                    y_span,
                    f"depends on {shown} as it was before line {found[1].span.line}",
                    secondary=[Label(found[1].span, "assigned here")],
                    hint=f"{what} before line {found[1].span.line}, or compute {y_span.text} again after it",
                )
    failure = unseen.cut(e, scope.frame, ys, w.value, shown, asked, y_span.text)
    if failure is not None:
        return failure
    path = autodiff.broken_path(ys, w.value)
    labels = []
    message = f"{y_span.text} does not depend on {shown}"
    if path.node is not None:
        labels.append(Label(path.node.origin.span, path.reason))
        message = f"no derivative reaches {shown} from {y_span.text}"
    elif declared := _declared(w.value):
        labels = [Label(declared[0].span, f"{shown} is declared here")]
    hint = None
    if isinstance(w.node, syntax.Index) and builtin == "grad":
        base, index = w.node.value.span, Span(w.span.source, w.node.value.span.end, w.span.end)
        hint = f"differentiate by {base.text}, then index: grad({y_span.text}, {base.text}){index.text}"
    elif builtin == "minimize" and scope.frame.branch and y_span.text.isidentifier():
        made = ys[0].node.origin.span
        labels.append(Label(made, f"{y_span.text} is computed here, outside"))
        text = made.text if len(made.text) <= 40 and "\n" not in made.text else "…"
        hint = f"compute it in the loop: {y_span.text} = {text}; {asked.text}"
    elif builtin in DERIVATIVES and "\n" not in asked.text:
        hint = f'{asked.text[:-1]}, unused="zero") gives zeros'
    return e.fail("E0402", message, w.span, secondary=labels, hint=hint)


# ---------------------------------------------------------------- the others


def jvp(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`jvp(y, x, v)`: the derivative of y along v."""
    bound = yield arguments(e, scope, node, ("y", "x", "v"), ("unused",))
    frame = scope.frame
    y, wrts, tangents = pieces(e, scope, bound)
    zero = unused_zero(e, bound.get("unused"))
    try:
        b = e.at(frame, node.span)
        found = autodiff.jvp(b, [y], [w.value for w in wrts], tangents, asked=node.span)
    except autodiff.DerivativeError as error:
        raise derivative_failure(e, error, node.span) from None
    note(scope, [y], wrts, node.span, bound["y"][0].span)
    if found[0] is not None:
        return found[0]
    if zero:
        return zeros_like(e, frame, y, node.span)
    raise no_path(e, scope, [y], wrts[0], bound["y"][0].span, node.span, "jvp")


def pieces(
    e: Elaborator, scope: Scope, bound: dict[str, tuple[Given, syntax.Expr]]
) -> tuple[Value, list[Wrt], list[Value]]:
    """The value, what it is differentiated by, and a tangent for each of these."""
    y = primal(e, scope.frame, bound["y"][0])
    wrts = wrt_list(e, scope, *bound["x"])
    given = bound["v"][0]
    several = isinstance(bound["x"][0].meaning, Items)
    meanings = given.meaning.items if several and isinstance(given.meaning, Items) else (given.meaning,)
    if len(meanings) != len(wrts):
        raise e.fail("E0404", f"{len(wrts)} values need {len(wrts)} tangents", given.span)
    tangents = []
    for w, meaning in zip(wrts, meanings, strict=True):
        tangent = seed_for(e, scope.frame, w.value, Given(meaning, given.span), f"tangent of {w.span.text}")
        assert tangent is not None
        tangents.append(tangent)
    return y, wrts, tangents
