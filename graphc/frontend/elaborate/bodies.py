"""Bodies: lists of statements in functions and branches, and which statement may stand where.

`body` elaborates a function's, `statement_step` a statement that may stand anywhere.  What follows an `if` that returns
is part of its branches: `if c { return a }; rest` is `if c { return a } else { rest }`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate import declarations
from graphc.frontend.elaborate.branches import Arm, choose, decide
from graphc.frontend.elaborate.core import Elaborator, Step
from graphc.frontend.elaborate.statements import assertion, assign, augmented, check_new
from graphc.frontend.elaborate.values import Failure, Function, Nothing, Scope
from graphc.source import Span

MISPLACED = syntax.Input | syntax.Output | syntax.Module | syntax.Import | syntax.FromImport | syntax.Test | syntax.Var


def body(e: Elaborator, scope: Scope, block: syntax.Block) -> Step:
    """Elaborate the body of a function: its returned meaning, or None.  Raises the first Failure."""
    return (yield listed(e, scope, block.statements))


def listed(e: Elaborator, scope: Scope, statements: Sequence[syntax.Stmt]) -> Step:
    """The statements in order: what they return, or None if they don't."""
    waiting = list(reversed(statements))
    while waiting:
        statement = waiting.pop()
        match statement:
            case syntax.Return(value) if scope.frame.function is not None:
                return Nothing() if value is None else (yield e.expression(scope, value))
            case syntax.If() if scope.frame.function is not None and returns(statement):
                condition = yield decide(e, scope, statement.condition)
                if not isinstance(condition, bool):
                    rest = tuple(reversed(waiting))
                    return (yield ended(e, scope, statement, condition, rest))
                waiting.extend(reversed(arm_statements(statement, condition)))
            case syntax.Var() if scope.home is not None:
                yield declarations.variable(e, scope, statement)
            case _ if isinstance(statement, MISPLACED):
                raise misplaced(e, scope, statement)
            case _:
                yield statement_step(e, scope, statement)
    return None


def ended(e: Elaborator, scope: Scope, node: syntax.If, condition: Any, rest: tuple[syntax.Stmt, ...]) -> Step:
    """An `if` whose branches return, each followed by the rest of the body."""

    def arm(taken: bool) -> Arm:
        own = arm_statements(node, taken)
        return Arm(lambda inner: to_the_end(e, inner, (*own, *rest)), last_span(node, own, rest))

    return (yield choose(e, scope, condition, [arm(True), arm(False)], head(node), binds=False))


def to_the_end(e: Elaborator, scope: Scope, statements: Sequence[syntax.Stmt]) -> Step:
    result = yield listed(e, scope, statements)
    return Nothing() if result is None else result


def last_span(node: syntax.If, own: Sequence[syntax.Stmt], rest: Sequence[syntax.Stmt]) -> Span:
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


def returns(node: syntax.If) -> bool:
    """Is there a `return` in a branch?"""
    stack: list[syntax.Stmt] = [node]
    while stack:
        statement = stack.pop()
        if isinstance(statement, syntax.Return):
            return True
        if isinstance(statement, syntax.If):
            stack += [*arm_statements(statement, True), *arm_statements(statement, False)]
    return False


def head(node: syntax.If) -> Span:
    """`if c`."""
    return Span(node.span.source, node.span.start, node.condition.span.end)


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
            case syntax.While() | syntax.For() | syntax.Break() | syntax.Continue():
                raise refused(e, statement)
            case _:
                raise e.fail("E0505", "this statement can't stand here", statement.span)
    finally:
        e.reading = reading
    assert frame is scope.frame
    return meaning


def refused(e: Elaborator, statement: syntax.Stmt) -> Failure:
    kind = type(statement).__name__.lower()
    return e.fail(
        "E0905",
        f"{kind} statements are not part of this version",
        Span(statement.span.source, statement.span.start, statement.span.start + len(kind)),
        hint="map(f, xs) repeats",
    )


def misplaced(e: Elaborator, scope: Scope, statement: syntax.Stmt) -> Failure:
    """Declarations stand at the top level of a file, outside functions and branches."""
    function = scope.frame.function
    if isinstance(statement, syntax.Var):
        name = statement.name.text
        if function is None:
            before = f"declare it before: var {name}: …, and assign {name} = … here"
            return e.fail(
                "E0505", "var stands at the top level of a file, not in a branch", statement.span, hint=before
            )
        return e.fail(
            "E0502",
            "a var inside a function would be new at each call",
            statement.span,
            hint=f"declare var {name} at the top level, and use assign({name}, value) here",
        )
    kind = type(statement).__name__.lower().replace("from", "")
    hint: str | None = None
    where = "a function" if function is not None else "a module" if scope.home else "a branch"
    if scope.home:
        hint = "give it to a method" if isinstance(statement, syntax.Input) else None
    elif isinstance(statement, syntax.Input):
        hint = "declare it before the branch" if function is None else f"make it a parameter of {function.name}"
    elif isinstance(statement, syntax.Output):
        text = (statement.value or statement.name).span.text
        hint = f"return {text}" if function is not None else f"write output {statement.name.text} after the branch"
    return e.fail("E0505", f"{kind} stands at the top level of a file, not in {where}", statement.span, hint=hint)
