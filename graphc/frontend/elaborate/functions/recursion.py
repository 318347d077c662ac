"""Recursion: a function may call itself if its sizes, or numbers that are known, come to an end.

A call whose arguments have the types, numbers and functions of one that is under way would be elaborated as that is,
and so without end.  Any other is a specialisation of its own, as `traces` makes them: both halves of an FFT are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.diagnostics import Label
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step
from graphc.frontend.elaborate.core.scopes import Function, Meaning, leaves
from graphc.frontend.elaborate.core.values import Failure, identical
from graphc.frontend.elaborate.terms.arguments import signature
from graphc.ir.dims import Poly
from graphc.ir.graph import Value
from graphc.source import Span

LEVELS = 200


@dataclass(frozen=True, slots=True, eq=False)
class UnderWay:
    """A call whose body is being elaborated: of what, at `span`, with arguments of which kinds and numbers."""

    function: Function
    key: tuple[Any, ...]
    numbers: tuple[Any, ...]
    span: Span

    def repeats(self, other: UnderWay) -> bool:
        same = self.function is other.function and self.key == other.key
        return same and all(identical(a, b) for a, b in zip(self.numbers, other.numbers, strict=True))


def under_way(function: Function, values: Iterable[Meaning], span: Span) -> UnderWay:
    listed = list(values)
    numbers = [None if isinstance(leaf, Value) else leaf.value for v in listed for leaf in leaves(v)]
    return UnderWay(function, tuple([signature(v) for v in listed]), tuple(numbers), span)


def guarded(e: Elaborator, function: Function, values: Sequence[Meaning], step: Step, span: Span) -> Step:
    """The step of a function's body, for a call with these arguments.  Raises Failure E0205 if there is no end."""
    made = under_way(function, values, span)
    calls = e.under_way.setdefault(id(function.definition), [])  # a function in a function is a new one at each call
    if len(calls) >= LEVELS or any(made.repeats(call) for call in calls):
        step.close()
        raise endless(e, made, len(calls))
    calls.append(made)
    function.called = True
    try:
        return (yield step)
    finally:
        calls.pop()


def endless(e: Elaborator, made: UnderWay, levels: int) -> Failure:
    """E0205, at the call that repeats another, or is one too many."""
    function = made.function
    declared = [Label(function.definition.head, "defined here")]
    if levels < LEVELS:
        return e.fail(
            "E0205",
            f"{function.name} calls itself with arguments of the same types and sizes, without end",
            made.span,
            secondary=declared,
            hint="recursion ends where a size, or a number known at compile time, does: "
            "if x.shape[0] == 1 { return … }; what the run decides is a loop: while c { … }",
        )
    open_size = any(isinstance(d, Poly) for v in made.key for d in getattr(v, "shape", ()))
    hint = "let a size, or a number known at compile time, end it: if n == 0 { return … }"
    return e.fail(
        "E0205",
        f"{function.name} calls itself {LEVELS} levels deep",
        made.span,
        secondary=declared,
        hint="declare its sizes as numbers: one like n is known when the program runs" if open_size else hint,
    )
