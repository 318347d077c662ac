"""Arguments of a function: bound to its parameters, and what of them a trace depends on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import places
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Function, Instance, Items, Meaning, ModuleType, Scope, Text
from graphc.frontend.elaborate.core.values import DTypeName, Nothing, OpFunction, Special, Static
from graphc.frontend.parse import parse
from graphc.ir.graph import Value
from graphc.ir.op import REQUIRED, Op
from graphc.ir.types import STR
from graphc.source import Source, Span


def bind(e: Elaborator, function: Function | ModuleType, arguments: Sequence[Argument], span: Span) -> dict[str, Given]:
    """Arguments by parameter name; defaults are left out.  Raises Failure E0204."""
    from_calls = {p.name.text: p for p in function.definition.parameters}
    names = tuple(from_calls)
    bound: dict[str, Given] = {}
    declared = [Label(function.definition.head, "declared here")]
    positional = [a for a in arguments if a.keyword is None]
    for name, argument in zip(names, positional, strict=False):
        bound[name] = argument.given
    if len(positional) > len(names):
        raise e.fail(
            "E0204",
            f"{function.name} takes {len(names)} argument{'s' if len(names) != 1 else ''}, not {len(positional)}",
            positional[len(names)].span,
            secondary=declared,
        )
    for argument in arguments:
        if argument.keyword is None:
            continue
        if argument.keyword not in from_calls:
            meant = suggest(argument.keyword, names)
            hint = f"it takes {', '.join(names)}" if names else "it takes no arguments"
            hint = f"did you mean {meant}=?" if meant else hint
            raise e.fail(
                "E0204",
                f"{function.name} has no argument {argument.keyword}",
                argument.span,
                secondary=declared,
                hint=hint,
            )
        if argument.keyword in bound:
            raise e.fail(
                "E0204",
                f"argument {argument.keyword} of {function.name} is given twice",
                argument.span,
                secondary=declared,
            )
        bound[argument.keyword] = argument.given
    missing = [n for n, p in from_calls.items() if n not in bound and p.default is None]
    if missing:
        raise e.fail("E0204", f"{function.name} needs an argument {missing[0]}", span, secondary=declared)
    return bound


def signature(meaning: Meaning) -> Any:
    """What of an argument a trace depends on."""
    match meaning:
        case Value():
            return meaning.type
        case Static():
            return meaning.dtype
        case Items(items):
            inside = [signature(m) for m in items]
            return ("()", *inside) if meaning.is_tuple else tuple(inside)
        case Text():
            return STR
        case DTypeName(dtype):
            return ("dtype", dtype)
        case Nothing():
            return None
        case _:
            return meaning


@cache
def as_function(op: Op) -> syntax.Fn | None:
    """`fn sin(x) = sin(x)`; None for an op that takes a list."""
    names = ", ".join([p.name for p in op.operands if p.default is REQUIRED])
    if op.variadic or not names:
        return None
    (function,) = parse(Source("builtin", f"fn {op.name}({names}) = {op.name}({names})", library=True)).statements
    assert isinstance(function, syntax.Fn)
    return function


def callable_of(e: Elaborator, given: Given, what: str) -> Function:
    """A user's or library function passed as an argument."""
    if isinstance(given.meaning, Function):
        return given.meaning
    if isinstance(given.meaning, Instance) and isinstance(method := places.member(given.meaning, "call"), Function):
        return method
    if isinstance(given.meaning, OpFunction) and e.top is not None:
        written = as_function(given.meaning.op)
        if written is not None:
            return Function(written, Scope(None, e.top.frame))
    if isinstance(given.meaning, OpFunction | Special):
        name = given.span.text
        raise e.fail("E0208", f"{what} takes a fn of the program", given.span, hint=f"fn f(x) = {name}(x)")
    form = "checkpoint(f)(x)" if what == "checkpoint" else f"{what}(f, xs)"
    raise e.fail("E0203", f"{what} takes a function first", given.span, hint=form)
