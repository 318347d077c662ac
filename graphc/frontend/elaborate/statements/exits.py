"""Leaving a loop's body early: which statements may, and the flags that say so.

`continue` skips the rest of the body by structure, as a `return` skips that of a function; `break` and `return` set a
flag, too, which ends the loop.  Flags are bound like names, so that branches and loops carry them; see wording.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.names import current
from graphc.frontend.elaborate.core.scopes import Loop, Meaning, Scope
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.core.wording import RETURN_VALUE, RETURNED
from graphc.ir.graph import Value
from graphc.source import Span

# ---------------------------------------------------------------- in syntax


def leaves(statements: Iterable[syntax.Stmt], kinds: int) -> bool:
    """Is there a statement of these kinds (`syntax.RETURNS | …`) that leaves the code here?"""
    return any(syntax.exits_of(statement) & kinds for statement in statements)


def ends(statements: Iterable[syntax.Stmt]) -> bool:
    """Does every way through these statements leave them?"""
    return leaves(statements, syntax.ENDS)


# ---------------------------------------------------------------- flags


def set_flag(scope: Scope, name: str, value: bool, span: Span) -> None:
    scope.bind(name, Static(value, span), span)


def flag(scope: Scope, name: str, span: Span) -> Meaning:
    """What is known of a flag here; one of a function around this one is another.  Not found: nothing has set it."""
    found = scope.find(name)
    if found is None or found[1].meaning is None or not scope.within(found[0]):
        return Static(False, span)
    return current(scope, found[0], name, found[1])


def any_flag(e: Elaborator, scope: Scope, names: Sequence[str], span: Span) -> bool | Value:
    """Is one of the flags set?"""
    values: list[Value] = []
    for name in names:
        meaning = flag(scope, name, span)
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


def leave(e: Elaborator, scope: Scope, loop: Loop | None, statement: syntax.Stmt) -> Step:
    """`break`, `continue` or `return` inside a loop, or a `return` that sets a flag."""
    span = statement.span
    if isinstance(statement, syntax.Return):
        value: Meaning = Nothing()
        if statement.value is not None:
            value = yield e.expression(scope, statement.value)
        set_flag(scope, RETURNED, True, span)
        scope.bind(RETURN_VALUE, value, span if statement.value is None else statement.value.span)
    elif isinstance(statement, syntax.Break) and loop is not None:
        set_flag(scope, loop.broken, True, span)
    if loop is not None and loop.flagged:
        set_flag(scope, loop.skipped, True, span)
