"""Bodies: lists of statements in functions and branches, and which statement may stand where.

`body` elaborates a function's, `statement_step` a statement that may stand anywhere.  What follows an `if` of which one
branch returns is part of the other: `if c { return a }; rest` is `if c { return a } else { rest }`.  If none surely
returns, a flag says whether one did, so that what follows is elaborated once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Loop, Partial, Scope
from graphc.frontend.elaborate.core.values import Failure, Nothing
from graphc.frontend.elaborate.core.wording import RETURN_VALUE, RETURNED
from graphc.frontend.elaborate.statements import declarations
from graphc.frontend.elaborate.statements.bindings import assertion, assign, augmented, check_new
from graphc.frontend.elaborate.statements.branches import Arm, choose, decide
from graphc.frontend.elaborate.statements.exits import any_flag, ends, flag, leave, leaves, set_flag
from graphc.frontend.elaborate.statements.loops import constant, for_, while_
from graphc.frontend.elaborate.statements.unrolling import guarded
from graphc.ir.graph import Value
from graphc.source import Span

MISPLACED = syntax.Input | syntax.Output | syntax.Module | syntax.Import | syntax.FromImport | syntax.Test | syntax.Var

LEAVING = syntax.If | syntax.For | syntax.While


def body(e: Elaborator, scope: Scope, block: syntax.Block) -> Step:
    """Elaborate the body of a function: its returned meaning, or None.  Raises the first Failure."""
    return (yield listed(e, scope, block.statements))


def listed(e: Elaborator, scope: Scope, statements: Sequence[syntax.Stmt]) -> Step:
    """The statements in order: what they return, or None if they don't, or set a flag for it inside a loop."""
    frame = scope.frame
    waiting = list(reversed(statements))
    while waiting:
        statement = waiting.pop()
        loop = frame.loop
        match statement:
            case syntax.Break() | syntax.Continue() if loop is not None:
                yield leave(e, scope, loop, statement)
                return None
            case syntax.Return(value) if frame.function is not None:
                frame.place = ""
                if loop is None and not frame.flagged:
                    return Nothing() if value is None else (yield e.expression(scope, value))
                yield leave(e, scope, loop, statement)
                return None
            case syntax.If() if may_leave(frame, statement):
                condition = yield decide(e, scope, statement.condition)
                rest = tuple(reversed(waiting))
                if isinstance(condition, bool):
                    waiting.extend(reversed(arm_statements(statement, condition)))
                elif loop is None and not frame.flagged:
                    return (yield ended(e, scope, statement, condition, rest))
                elif (yield skipping(e, scope, loop, statement, condition, rest)):
                    return None
            case syntax.For() | syntax.While() if frame.function is not None and leaves((statement,), syntax.RETURNS):
                yield statement_step(e, scope, statement)
                stop = any_flag(e, scope, [RETURNED], statement.span)
                if stop is not False:
                    return (yield after_return(e, scope, statement, stop, tuple(reversed(waiting))))
            case syntax.Var() if scope.home is not None:
                yield declarations.variable(e, scope, statement)
            case _ if isinstance(statement, MISPLACED):
                raise misplaced(e, scope, statement)
            case _:
                yield statement_step(e, scope, statement)
    return None


def may_leave(frame: Frame, statement: syntax.If) -> bool:
    """May an `if` end the list of statements that it stands in?"""
    kinds = syntax.BREAKS | syntax.CONTINUES if frame.loop is not None else 0
    return leaves((statement,), kinds | syntax.RETURNS if frame.function is not None else kinds)


def skipping(
    e: Elaborator, scope: Scope, loop: Loop | None, node: syntax.If, condition: Value, rest: tuple[syntax.Stmt, ...]
) -> Step:
    """An `if` that may leave the iteration of a loop, or else set the flag of a function that has returned, with the
    rest of the code there.  True unless the rest is still to do.

    If one branch always leaves, the rest is part of the other.  Else a flag says whether to do it.
    """
    own = [arm_statements(node, taken) for taken in (True, False)]
    places = [head(node), head(node) if node.other is None else first_line(node.other)]
    if any(ends(statements) for statements in own):
        whole = [s if ends(s) else (*s, *rest) for s in own]
        arms = [Arm(lambda inner, s=s: listed(e, inner, s), p) for s, p in zip(whole, places, strict=True)]  # type: ignore[misc]
        yield choose(e, scope, condition, arms, head(node), binds=True)
        return True
    name = RETURNED if loop is None else loop.skipped
    set_flag(scope, name, False, node.span)
    scope.frame.loop = loop and replace(loop, flagged=True)
    try:
        arms = [Arm(lambda inner, s=s: listed(e, inner, s), p) for s, p in zip(own, places, strict=True)]  # type: ignore[misc]
        yield choose(e, scope, condition, arms, head(node), binds=True)
    finally:
        scope.frame.loop = loop
    stop = any_flag(e, scope, [name], node.span)
    if isinstance(stop, Value) and rest:
        yield guarded(e, scope, stop, lambda inner: listed(e, inner, rest), head(node))
    return stop is not False


def after_return(e: Elaborator, scope: Scope, node: LEAVING, stop: bool | Value, rest: tuple[syntax.Stmt, ...]) -> Step:
    """What follows code in which the function may have returned: what it returns, or None if a flag says so."""
    if scope.frame.loop is not None or scope.frame.flagged:
        if isinstance(stop, Value):
            yield guarded(e, scope, stop, lambda inner: listed(e, inner, rest), node.span)
        return None
    endless = isinstance(node, syntax.While) and unbroken(node)
    value = flag(scope, RETURN_VALUE, node.span)
    if isinstance(stop, bool) or endless:
        return value
    span = scope.bindings[RETURN_VALUE].span
    arms = [
        Arm(lambda _: constant(value), span),
        Arm(lambda inner: goes_on(e, inner, rest, node.span), last_span(node, (), rest)),
    ]
    where = head(node) if isinstance(node, syntax.If) else node.span
    return (yield choose(e, scope, stop, arms, where, binds=False))


def unbroken(node: syntax.While) -> bool:
    """Does only a `return` end this loop?"""
    return node.condition == syntax.Boolean(True, node.condition.span) and not node.body.exits & syntax.BREAKS


def ended(e: Elaborator, scope: Scope, node: syntax.If, condition: Any, rest: tuple[syntax.Stmt, ...]) -> Step:
    """An `if` that may return, and the rest of the body: part of the branches that don't."""
    own = [arm_statements(node, taken) for taken in (True, False)]
    if not brief(rest) and not any(ends(statements) for statements in own):
        return (yield once(e, scope, node, condition, rest))

    def arm(statements: tuple[syntax.Stmt, ...]) -> Arm:
        whole = statements if ends(statements) else (*statements, *rest)
        return Arm(lambda inner: to_the_end(e, inner, whole), last_span(node, statements, rest))

    return (yield choose(e, scope, condition, [arm(s) for s in own], head(node), binds=False))


def brief(rest: Sequence[syntax.Stmt]) -> bool:
    """May it be repeated, as it costs nothing?"""
    match rest:
        case ():
            return True
        case (syntax.Return(value),):
            return value is None or isinstance(value, syntax.Name | syntax.Number)
    return False


def once(e: Elaborator, scope: Scope, node: syntax.If, condition: Value, rest: tuple[syntax.Stmt, ...]) -> Step:
    """An `if` after which the function may have returned in either branch, and the rest of the body unless it has.

    Were the rest a part of both branches, n such statements would be elaborated 2^n times.
    """
    frame = scope.frame
    earlier = scope.find(RETURN_VALUE)
    if earlier is not None and scope.within(earlier[0]):
        scope.bind(RETURN_VALUE, None, node.span).partial = Partial(node.span, node.span)
    frame.flagged = True
    try:
        yield skipping(e, scope, None, node, condition, ())
    finally:
        frame.flagged = False
    stop = any_flag(e, scope, [RETURNED], node.span)
    if stop is False:
        return (yield to_the_end(e, scope, rest))
    return (yield after_return(e, scope, node, stop, rest))


def goes_on(e: Elaborator, scope: Scope, rest: Sequence[syntax.Stmt], span: Span) -> Step:
    """What follows a loop in which the function has not returned."""
    set_flag(scope, RETURNED, False, span)
    return (yield to_the_end(e, scope, rest))


def to_the_end(e: Elaborator, scope: Scope, statements: Sequence[syntax.Stmt]) -> Step:
    result = yield listed(e, scope, statements)
    return Nothing() if result is None else result


def last_span(node: LEAVING, own: Sequence[syntax.Stmt], rest: Sequence[syntax.Stmt]) -> Span:
    """Where a branch returns its value, for messages."""
    for statement in (*own, *rest):
        if isinstance(statement, syntax.Return):
            return statement.span if statement.value is None else statement.value.span
    return head(node)


def arm_statements(node: syntax.If, taken: bool) -> tuple[syntax.Stmt, ...]:
    """The statements of one branch."""
    if taken:
        return node.then.statements
    match node.other:
        case None:
            return ()
        case syntax.If():
            return (node.other,)
        case block:
            return block.statements


def head(node: LEAVING) -> Span:
    """`if c`, `while c`, `for x in X`."""
    end = node.iterable if isinstance(node, syntax.For) else node.condition
    return Span(node.span.source, node.span.start, end.span.end)


def if_(e: Elaborator, scope: Scope, node: syntax.If) -> Step:
    """An `if` that doesn't return."""
    condition = yield decide(e, scope, node.condition)
    if isinstance(condition, bool):
        yield listed(e, scope, arm_statements(node, condition))
        return

    def arm(taken: bool, span: Span) -> Arm:
        return Arm(lambda inner: listed(e, inner, arm_statements(node, taken)), span)

    other = head(node) if node.other is None else head(node.other) if isinstance(node.other, syntax.If) else None
    arms = [arm(True, head(node)), arm(False, other or first_line(node.other))]
    yield choose(e, scope, condition, arms, head(node), binds=True)


def first_line(block: Any) -> Span:
    """The brace that opens a block."""
    return Span(block.span.source, block.span.start, block.span.start + 1)


def statement_step(e: Elaborator, scope: Scope, statement: syntax.Stmt) -> Step:
    """A statement that may stand anywhere; what it gives is the meaning of an expression."""
    frame = scope.frame
    frame.place = keys.bound_by(statement)
    reading = e.reading
    meaning = None
    try:
        match statement:
            case syntax.Var() if scope.home is not None:
                yield declarations.variable(e, scope, statement)
            case syntax.Assign():
                yield assign(e, scope, statement)
            case syntax.AugAssign():
                yield augmented(e, scope, statement)
            case syntax.ExprStmt(value):
                e.reading = False
                meaning = yield e.expression(scope, value)
            case syntax.Assert():
                e.reading = False
                yield assertion(e, scope, statement)
            case syntax.If():
                yield if_(e, scope, statement)
            case syntax.Fn(name):
                check_new(e, scope, name)
                scope.bind(name.text, Function(statement, scope), name.span, "function")
            case syntax.Return(_, span):
                raise e.fail("E0504", "return stands in a function only", span, hint="output NAME = value")
            case syntax.For(body=block):
                yield for_(e, scope, statement, lambda inner: listed(e, inner, block.statements))
            case syntax.While(body=block):
                yield while_(e, scope, statement, lambda inner: listed(e, inner, block.statements))
            case syntax.Break() | syntax.Continue():
                raise outside(e, statement)
            case _:
                raise e.fail("E0505", "this statement can't stand here", statement.span)
    finally:
        e.reading = reading
    assert frame is scope.frame
    return meaning


def outside(e: Elaborator, statement: syntax.Break | syntax.Continue) -> Failure:
    word = type(statement).__name__.lower()
    return e.fail("E0506", f"{word} stands in a loop only", statement.span, hint="for i in range(n) { … }")


def misplaced(e: Elaborator, scope: Scope, statement: syntax.Stmt) -> Failure:
    """Declarations stand at the top level of a file, outside functions and branches."""
    function = scope.frame.function
    around = "a loop" if scope.frame.loop is not None else "a branch"
    if isinstance(statement, syntax.Var):
        name = statement.name.text
        if function is None:
            before = f"declare it before: var {name}: …, and assign {name} = … here"
            return e.fail(
                "E0505", f"var stands at the top level of a file, not in {around}", statement.span, hint=before
            )
        return e.fail(
            "E0502",
            "a var inside a function would be new at each call",
            statement.span,
            hint=f"declare var {name} at the top level, and use assign({name}, value) here",
        )
    kind = type(statement).__name__.lower().replace("from", "")
    hint: str | None = None
    where = "a function" if function is not None else "a module" if scope.home else around
    if scope.home:
        hint = "give it to a method" if isinstance(statement, syntax.Input) else None
    elif isinstance(statement, syntax.Input):
        hint = f"declare it before the {around[2:]}" if function is None else f"make it a parameter of {function.name}"
    elif isinstance(statement, syntax.Output):
        text = (statement.value or statement.name).span.text
        hint = (
            f"return {text}" if function is not None else f"write output {statement.name.text} after the {around[2:]}"
        )
    return e.fail("E0505", f"{kind} stands at the top level of a file, not in {where}", statement.span, hint=hint)
