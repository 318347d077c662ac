"""scan, fold and push: loops as calls, and what a loop collects.

`scan(f, init, xs)` is a `for` over xs that carries what f gives first and collects what it gives second; `fold(f, init,
xs)` carries alone.  `push(ys, v)` collects v in a loop that the program writes, after `ys = stack()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Growing, Iteration, Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.derivatives.expansion import arguments
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.statements.heads import Written
from graphc.frontend.elaborate.statements.iteration import (
    Enumerate,
    Listed,
    Reversed,
    Rows,
    Zip,
    checkpoint_of,
    course,
    iteration,
)
from graphc.frontend.elaborate.statements.loops import repeated
from graphc.frontend.elaborate.terms.arguments import callable_of
from graphc.ir.graph import Value
from graphc.ir.types import StackType
from graphc.source import Span

# ---------------------------------------------------------------- push


def push(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`push(ys, v)`: v is collected in `ys`, `stack()` or `[]`, once in each iteration of the loop around."""
    named = [a for a in node.arguments if a.keyword is None]
    if len(node.arguments) != 2 or len(named) != 2 or not isinstance(named[0].value, syntax.Name):
        raise e.fail("E0204", "push takes a name of a stack() and a value", node.span, hint="push(ys, y)")
    name = named[0].value
    found = scope.find(name.text)
    given = Given((yield e.expression(scope, named[1].value)), named[1].value.span)
    loop = scope.frame.loop
    if found is None or not collects(found[1].meaning):
        second = loop is not None and name.text in loop.pushed
        raise e.fail(
            "E0309", f"{name.text} is no empty stack", name.span, hint=None if second else f"{name.text} = stack()"
        )
    declared = [Label(found[1].span, "the stack")]
    if loop is None or found[0].frame is not loop.outer:
        raise e.fail(
            "E0309",
            f"push stands in the loop that {name.text} belongs to",
            node.span,
            secondary=declared,
            hint=f"{name.text} = stack() stands right before its loop",
        )
    if scope.frame is not loop.body or name.text in loop.pushed:
        twice = name.text in loop.pushed
        labels = [Label(loop.pushed[name.text][1], "here already")] if twice else declared
        raise e.fail(
            "E0309",
            f"each iteration pushes to {name.text} once",
            node.span,
            "a second time" if twice else "not in every iteration",
            secondary=labels,
            hint="push where(c, a, b), or a if c else b",
        )
    loop.pushed[name.text] = (collectable(e, scope, given), node.span)
    return Nothing()


def collects(meaning: Meaning | None) -> bool:
    """`stack()`, or an empty list, which may become either."""
    return isinstance(meaning, Growing) or (isinstance(meaning, Items) and not meaning.items and not meaning.is_tuple)


def collectable(e: Elaborator, scope: Scope, given: Given) -> Value:
    """A value that a loop can collect.  Numbers stay numbers, so that a tape prints as what it is."""
    return e.tensor(scope.frame, given.meaning, given.span, e.dtype_of(given.meaning, given.span))


# ---------------------------------------------------------------- scan and fold


def scan(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`scan(f, init, xs, reverse=false, checkpoint=)`: the last carry, and the results of all steps."""
    return (yield along(e, scope, node, "scan"))


def fold(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`fold(f, init, xs, reverse=false, checkpoint=)`: the last carry."""
    return (yield along(e, scope, node, "fold"))


def along(e: Elaborator, scope: Scope, node: syntax.CallExpr, what: str) -> Step:
    bound = yield arguments(e, scope, node, ("f", "init", "xs"), ("reverse", "checkpoint"))
    function = callable_of(e, bound["f"][0], what)
    parameters = [p.name.text for p in function.definition.parameters]
    if len(parameters) < 2:
        raise e.fail(
            "E0204",
            f"{what} calls its function with the carry and an element, but {function.name} takes {len(parameters)}",
            bound["f"][0].span,
            secondary=[Label(function.definition.head, "defined here")],
        )
    lacking = ", ".join([p.name.text for p in function.definition.parameters[2:] if p.default is None])
    if lacking:
        raise e.fail(
            "E0204",
            f"{what} calls its function with the carry and an element, but {function.name} needs {lacking} too",
            bound["f"][0].span,
            secondary=[Label(function.definition.head, "defined here")],
            hint=f"a nested fn reads it from outside: fn f(carry, x) = {function.name}(carry, x, {lacking})",
        )
    way = course(e, scope.frame, elements(e, scope, bound, node.span))
    inner = Scope(scope, scope.frame)  # of names that the program doesn't see
    before = dict(scope.frame.written)
    carry, element = f"scan {node.span.start}", f"element {node.span.start}"
    inner.bind(carry, bound["init"][0].meaning, bound["init"][0].span)
    names: list[str] = []
    form: list[Meaning] = []

    def body(step: Scope) -> Step:
        given = {}
        for parameter, name in zip(parameters, (carry, element), strict=False):
            found = step.find(name)
            assert found is not None and found[1].meaning is not None
            given[parameter] = Given(found[1].meaning, node.span)
        result = yield traces.invoke(e, step.frame, function, given, node.span)
        if what == "scan":
            result, collected = pair(e, function, result, node.span)
            form[:] = [collected]
            names[:] = collect(e, step, collected, node.span)
        step.bind(carry, result, node.span)

    loop = Written(node.span, body, (carry,), frozenset({element}), False, False)
    target = syntax.Name(element, node.span)
    yield repeated(e, inner, target, way, [parameters[1]] * len(way.mapped), loop)
    for name in [n for n in scope.frame.written if n not in before]:
        if scope.find(name) is None:
            del scope.frame.written[name]
    last = inner.bindings[carry].meaning
    assert last is not None
    if what == "fold":
        return last
    found = [inner.bindings[name].meaning for name in names]
    several = isinstance(form[0], Items)
    results = Items(tuple([m for m in found if m is not None]), node.span, is_tuple=True) if several else found[0]
    assert results is not None
    return Items((last, results), node.span, is_tuple=True)


def elements(e: Elaborator, scope: Scope, bound: dict[str, tuple[Given, syntax.Expr]], span: Span) -> Iteration:
    """What the loop goes over: one thing, or several at once."""
    given = bound["xs"][0]
    checkpoint = checkpoint_of(e, bound["checkpoint"][0] if "checkpoint" in bound else None)
    parts: Sequence[Given] = [given]
    if isinstance(given.meaning, Items):
        items = given.meaning.items if several(given.meaning) else (given.meaning,)
        parts = [Given(m, given.span) for m in items]
    trees = tuple([as_rows(e, scope.frame, iteration(e, scope.frame, part)) for part in parts])
    single = len(trees) == 1 and not checkpoint
    tree: Iteration = trees[0] if single else Zip(span, trees, checkpoint)
    return Reversed(span, tree) if backwards(e, bound) else tree


def as_rows(e: Elaborator, frame: Frame, tree: Iteration) -> Iteration:
    """The same with lists as tensors: a scan doesn't unroll."""
    match tree:
        case Listed(span, items):
            return Rows(span, e.stack(frame, Items(items, span), None))
        case Zip(span, parts, checkpoint):
            return Zip(span, tuple([as_rows(e, frame, part) for part in parts]), checkpoint)
        case Enumerate(span, part, start):
            return Enumerate(span, as_rows(e, frame, part), start)
        case Reversed(span, part):
            return Reversed(span, as_rows(e, frame, part))
        case _:
            return tree


def several(xs: Items) -> bool:
    """Are these things to go over at once, as in (xs, ys)?  A list of numbers or of rows of numbers is one thing."""
    stack: list[Meaning] = list(xs.items)
    while stack:
        item = stack.pop()
        if isinstance(item, Items):
            stack.extend(item.items)
        elif isinstance(item, Iteration) or (isinstance(item, Value) and (is_stack(item) or item.type.shape)):
            return True
    return False


def is_stack(value: Value) -> bool:
    return isinstance(value.type, StackType)


def backwards(e: Elaborator, bound: dict[str, tuple[Given, syntax.Expr]]) -> bool:
    if "reverse" not in bound:
        return False
    given = bound["reverse"][0]
    found = e.look(given.meaning) if isinstance(given.meaning, Static) else None
    if not isinstance(found, bool):
        raise e.fail("E0309", "reverse is true or false, known now", given.span, hint="reverse=true")
    return found


def pair(e: Elaborator, function: Function, result: Meaning, span: Span) -> tuple[Meaning, Meaning]:
    """What the function of a scan gives: the carry, and what is collected."""
    if isinstance(result, Items) and len(result.items) == 2:
        return result.items[0], result.items[1]
    raise e.fail(
        "E0309",
        f"the function of a scan gives a carry and a result, but {function.name} gives {describe(result)}",
        span,
        secondary=[Label(function.definition.head, "defined here")],
        hint="return carry, y; or fold(f, init, xs), which collects nothing",
    )


def collect(e: Elaborator, step: Scope, meaning: Meaning, span: Span) -> list[str]:
    """Push the results of a step; the names that they are collected by."""
    loop = step.frame.loop
    assert loop is not None
    listed = meaning.items if isinstance(meaning, Items) else (meaning,)
    names = ["ys" if len(listed) == 1 else f"ys{i}" for i in range(len(listed))]
    for name, m in zip(names, listed, strict=True):
        loop.pushed[name] = (collectable(e, step, Given(m, span)), span)
    return names
