"""Loops over compile-time lists: the body is written out for each item, in the code around.

`listed` has the items of what a `for` goes over, `unrolled` elaborates the loop.  Called by `loops`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Loop, Meaning, Partial, Scope
from graphc.frontend.elaborate.core.values import Iteration, Static
from graphc.frontend.elaborate.core.wording import is_flag
from graphc.frontend.elaborate.statements.branches import Arm, choose, half
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
from graphc.frontend.elaborate.terms import indexing
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
            first, by = e.look(start), e.look(step)
            return [Static(first + by * i, tree.span) for i in range(length)]  # type: ignore[operator]
        case Rows(_, value) if not isinstance(value.type, StackType) and isinstance(value.type.shape[0], int):
            return [indexing.row(e, frame, value, i, tree.span) for i in range(value.type.shape[0])]
        case Zip(_, parts):
            columns = [known_items(e, frame, part) for part in parts]
            for part, column in zip(parts[1:], columns[1:], strict=True):
                if len(column) != len(columns[0]):
                    raise different(e, parts[0], len(columns[0]), part, len(column))
            return [pair_of(tree, *m) for m in zip(*columns, strict=True)] if len(parts) > 1 else columns[0]
        case Enumerate(_, part, start):
            found = known_items(e, frame, part)
            return [pair_of(part, counted(e, frame, start, i, part.span), m) for i, m in enumerate(found)]
        case Reversed(_, part):
            return known_items(e, frame, part)[::-1]
        case _:
            raise e.fail(
                "E0308",
                "a loop over a list is written out, and so must be what is zipped with it",
                tree.span,
                "its length is known when the program runs",
            )


def pair_of(tree: Iteration, *items: Meaning) -> Items:
    return Items(items, tree.span, is_tuple=True)


def counted(e: Elaborator, frame: Frame, start: Meaning, i: int, span: Span) -> Meaning:
    if isinstance(start, Static) and isinstance(found := e.look(start), int):
        return Static(found + i, span)
    return e.apply(frame, e.catalogue["add"], (Given(start, span), Given(Static(i, span), span)), (), span)[0]


def unrolled(e: Elaborator, scope: Scope, target: syntax.Expr, items: Sequence[Meaning], loop: Written) -> Step:
    """The body once for each item of a compile-time list, in the code around.

    What may leave the loop sets a flag, which each item after it asks for: branches side by side, not nested.
    """
    frame = scope.frame
    around = frame.loop
    own = Loop(loop.span, frame, frame, {})
    names = [*loop.local, own.broken]
    before = {name: scope.bindings.get(name) for name in names}
    written_before = set(frame.written)
    pushed: dict[str, list[tuple[Value, Span]]] = {}
    stop: bool | Value = False
    surely: set[str] | None = None
    try:
        for item in items:
            if isinstance(stop, Value):
                surely = set(scope.bindings) if surely is None else surely
                yield guarded(e, scope, stop, guarded_item(e, target, item, loop), loop.span, skips=True)
            else:
                yield one(e, scope, target, item, loop)
                assert frame.loop is not None
                for name, value in frame.loop.pushed.items():
                    pushed.setdefault(name, []).append(value)
            stop = any_flag(e, scope, loop.flags, loop.span)
            if stop is True:
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
    for name, place in loop.targets.items():
        if not items and scope.find(name) is None:
            half(scope, name, Partial(place, loop.span, loop=True, target=True))
    if surely is not None:
        unbind(scope, surely, loop.span)
    for name, found in pushed.items():
        values = [v for v, _ in found]
        operands = [Given(v, span) for v, span in found]
        stacked = e.apply(frame, e.catalogue["stack"], operands, (0,), loop.span)[0] if values else None
        assert stacked is not None
        scope.bind(name, stacked, found[0][1])


def one(e: Elaborator, scope: Scope, target: syntax.Expr, item: Meaning, loop: Written) -> Step:
    """The body for one item, in a loop of its own."""
    frame = scope.frame
    frame.loop = Loop(loop.span, frame, frame, {})
    for name in loop.flags:
        set_flag(scope, name, False, loop.span)
    bind_target(e, scope, target, Given(item, target.span))
    yield loop.body(scope)


def guarded_item(e: Elaborator, target: syntax.Expr, item: Meaning, loop: Written) -> Callable[[Scope], Step]:
    """The body for an item that the loop may not reach, which binds neither the loop's own names nor unset flags."""

    def step(inner: Scope) -> Step:
        yield one(e, inner, target, item, loop)
        unset = [name for name in loop.flags if any_flag(e, inner, [name], loop.span) is False]
        for name in (*loop.local, *unset):
            inner.bindings.pop(name, None)
            inner.frame.written.pop(name, None)

    return step


def unbind(scope: Scope, surely: set[str], span: Span) -> None:
    """Behind a loop that may have ended early, the names that only its later items bind may have no value."""
    for name, binding in list(scope.bindings.items()):
        if name in surely or is_flag(name) or binding.kind != "name" or binding.partial is not None:
            continue
        outer = None if scope.parent is None else scope.parent.find(name)
        if outer is None or outer[1].partial is not None:
            half(scope, name, Partial(binding.span, span, loop=True))


def guarded(
    e: Elaborator, scope: Scope, stop: Value, rest: Callable[[Scope], Step], span: Span, *, skips: bool = False
) -> Step:
    """The rest of some code, unless a flag is set.  `skips`: all code after asks for the flag, too."""

    def nothing(inner: Scope) -> Step:
        loop = inner.frame.loop
        if loop is not None and loop.flagged:
            set_flag(inner, loop.skipped, True, span)
        yield from ()

    arms = [Arm(nothing, span, skips=skips or scope.frame.loop is None), Arm(rest, span)]
    yield choose(e, scope, stop, arms, span, binds=True)
