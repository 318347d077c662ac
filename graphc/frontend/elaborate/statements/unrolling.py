"""Loops over compile-time lists: the body is written out for each item, in the code around.

`listed` has the items of what a `for` goes over, `unrolled` elaborates the loop.  Called by `loops`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Loop, Meaning, Scope
from graphc.frontend.elaborate.core.values import Iteration, Static
from graphc.frontend.elaborate.statements.branches import Arm, choose
from graphc.frontend.elaborate.statements.exits import any_flag, set_flag
from graphc.frontend.elaborate.statements.heads import Written, bind_target
from graphc.frontend.elaborate.statements.iteration import (
    Enumerate,
    Listed,
    Range,
    Reversed,
    Rows,
    Zip,
    different,
    leaves,
)
from graphc.ir.graph import Value
from graphc.ir.types import StackType
from graphc.source import Span


def listed(e: Elaborator, frame: Frame, tree: Iteration) -> list[Meaning] | None:
    """The items, if a compile-time list is among what it goes over; else None.  Raises Failure."""
    if not any(isinstance(part, Listed) for part in leaves(tree)):
        return None
    return known_items(e, frame, tree)


def known_items(e: Elaborator, frame: Frame, tree: Iteration) -> list[Meaning]:
    match tree:
        case Listed(_, items):
            return list(items)
        case Range(_, start, step, int() as length) if isinstance(start, Static) and isinstance(step, Static):
            first, by = e.look(frame, start), e.look(frame, step)
            return [Static(first + by * i, tree.span) for i in range(length)]  # type: ignore[operator]
        case Rows(_, value) if not isinstance(value.type, StackType) and isinstance(value.type.shape[0], int):
            return [row(e, frame, value, i, tree.span) for i in range(value.type.shape[0])]
        case Zip(_, parts):
            columns = [known_items(e, frame, part) for part in parts]
            for part, column in zip(parts[1:], columns[1:], strict=True):
                if len(column) != len(columns[0]):
                    raise different(e, parts[0], len(columns[0]), part, len(column))
            return [Items(m, tree.span) for m in zip(*columns, strict=True)] if len(parts) > 1 else columns[0]
        case Enumerate(_, part, start):
            found = known_items(e, frame, part)
            return [Items((counted(e, frame, start, i, part.span), m), part.span) for i, m in enumerate(found)]
        case Reversed(_, part):
            return known_items(e, frame, part)[::-1]
        case _:
            raise e.fail(
                "E0308",
                "a loop over a list is written out, and so must be what is zipped with it",
                tree.span,
                "its length is known when the program runs",
            )


def row(e: Elaborator, frame: Frame, value: Value, i: int, span: Span) -> Value:
    rank = len(value.type.shape)
    index = ((i, *[None] * (rank - 1)), (None,) * rank, (0, *[1] * (rank - 1)))
    return e.apply(frame, e.catalogue["strided"], (Given(value, span),), index, span)[0]


def counted(e: Elaborator, frame: Frame, start: Meaning, i: int, span: Span) -> Meaning:
    if isinstance(start, Static) and isinstance(found := e.look(frame, start), int):
        return Static(found + i, span)
    return e.apply(frame, e.catalogue["add"], (Given(start, span), Given(Static(i, span), span)), (), span)[0]


def unrolled(e: Elaborator, scope: Scope, target: syntax.Expr, items: Sequence[Meaning], loop: Written) -> Step:
    """The body once for each item of a compile-time list, in the code around."""
    frame = scope.frame
    around = frame.loop
    own = Loop(loop.span, frame, frame, {})
    names = [*loop.local, own.broken]
    before = {name: scope.bindings.get(name) for name in names}
    written_before = set(frame.written)
    pushed: dict[str, list[tuple[Value, Span]]] = {}
    try:
        for k, item in enumerate(items):
            this = frame.loop = Loop(loop.span, frame, frame, {})
            for name in loop.flags:
                set_flag(scope, name, False, loop.span)
            bind_target(e, scope, target, Given(item, target.span))
            yield loop.body(scope)
            for name, value in this.pushed.items():
                pushed.setdefault(name, []).append(value)
            stop = any_flag(e, scope, loop.flags, loop.span)
            if stop is True:
                break
            if isinstance(stop, Value):
                yield others(e, scope, target, items[k + 1 :], loop, stop)
                break
    finally:
        frame.loop = around
        for name, binding in before.items():
            if binding is None:
                scope.bindings.pop(name, None)
            else:
                scope.bindings[name] = binding
            if name not in written_before:
                frame.written.pop(name, None)
    for name, found in pushed.items():
        values = [v for v, _ in found]
        operands = [Given(v, span) for v, span in found]
        stacked = e.apply(frame, e.catalogue["stack"], operands, (0,), loop.span)[0] if values else None
        assert stacked is not None
        scope.bind(name, stacked, found[0][1])


def others(
    e: Elaborator, scope: Scope, target: syntax.Expr, items: Sequence[Meaning], loop: Written, stop: Value
) -> Step:
    """The other items, unless the loop has been left."""
    if items:
        yield guarded(e, scope, stop, lambda inner: unrolled(e, inner, target, items, loop), loop.span)


def guarded(e: Elaborator, scope: Scope, stop: Value, rest: Callable[[Scope], Step], span: Span) -> Step:
    """The rest of some code, unless a flag is set."""

    def nothing(inner: Scope) -> Step:
        loop = inner.frame.loop
        if loop is not None and loop.flagged:
            set_flag(inner, loop.skipped, True, span)
        yield from ()

    arms = [Arm(nothing, span, skips=scope.frame.loop is None), Arm(rest, span)]
    yield choose(e, scope, stop, arms, span, binds=True)
