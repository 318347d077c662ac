"""Leaving a loop's body early: which statements may, and the flags that say so.

`continue` skips the rest of the body by structure, as a `return` skips that of a function; `break` and `return` set a
flag, too, which ends the loop.  Flags are bound like names, so that branches and loops carry them; wording.py names
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.names import current
from graphc.frontend.elaborate.core.scopes import Loop, Meaning, Scope
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.core.wording import RETURN_VALUE, RETURNED
from graphc.ir.graph import Value
from graphc.source import Span

# ---------------------------------------------------------------- in syntax


def blocks(statement: syntax.Stmt) -> Iterator[syntax.Stmt]:
    """The statements directly inside one."""
    match statement:
        case syntax.If(_, then, other):
            yield from then.statements
            if isinstance(other, syntax.If):
                yield other
            elif other is not None:
                yield from other.statements
        case syntax.For(_, _, body) | syntax.While(_, body):
            yield from body.statements
        case _:
            return


def leaves(statements: Sequence[syntax.Stmt], kinds: type | tuple[type, ...]) -> bool:
    """Is there a statement of these kinds that belongs to the code here, not to an inner loop as a `break` there?"""
    stack: list[tuple[syntax.Stmt, bool]] = [(s, False) for s in statements]
    while stack:
        statement, inner = stack.pop()
        if isinstance(statement, kinds) and not (inner and isinstance(statement, syntax.Break | syntax.Continue)):
            return True
        inner = inner or isinstance(statement, syntax.For | syntax.While)
        stack += [(s, inner) for s in blocks(statement)]
    return False


def ends(statements: Sequence[syntax.Stmt]) -> bool:
    """Does every way through these statements leave them?"""
    for statement in statements:
        match statement:
            case syntax.Return() | syntax.Break() | syntax.Continue():
                return True
            case syntax.If(_, then, other) if other is not None and ends(then.statements):
                if ends((other,) if isinstance(other, syntax.If) else other.statements):
                    return True
    return False


# ---------------------------------------------------------------- flags


def set_flag(scope: Scope, name: str, value: bool, span: Span) -> None:
    scope.bind(name, Static(value, span), span)


def flag(scope: Scope, name: str) -> Meaning:
    """What is known of a flag here."""
    found = scope.find(name)
    if found is None or found[1].meaning is None:
        return Static(False, scope.frame.loop.span)  # type: ignore[union-attr]
    return current(scope, found[0], name, found[1])


def any_flag(e: Elaborator, scope: Scope, names: Sequence[str], span: Span) -> bool | Value:
    """Is one of the flags set?"""
    values: list[Value] = []
    for name in names:
        meaning = flag(scope, name)
        if isinstance(meaning, Static):
            if meaning.value:
                return True
        elif isinstance(meaning, Value):
            values.append(meaning)
    if not values:
        return False
    total = values[0]
    for value in values[1:]:
        total = e.apply(scope.frame, e.catalogue["logical_or"], (Given(total, span), Given(value, span)), (), span)[0]
    return total


def leave(e: Elaborator, scope: Scope, loop: Loop, statement: syntax.Stmt) -> Step:
    """`break`, `continue` or `return` inside a loop."""
    span = statement.span
    if isinstance(statement, syntax.Return):
        value: Meaning = Nothing()
        if statement.value is not None:
            value = yield e.expression(scope, statement.value)
        set_flag(scope, RETURNED, True, span)
        scope.bind(RETURN_VALUE, value, span if statement.value is None else statement.value.span)
    elif isinstance(statement, syntax.Break):
        set_flag(scope, loop.broken, True, span)
    if loop.flagged:
        set_flag(scope, loop.skipped, True, span)
