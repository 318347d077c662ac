"""`checkpoint(f)`: f, computed again for its derivatives instead of kept.

A call is a loop of one step that keeps nothing but what goes in: what the derivatives of a loop with checkpoints do is
what is asked for.  `functions` calls it through the function that `checkpoint` gives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate import functions
from graphc.frontend.elaborate.arguments import callable_of
from graphc.frontend.elaborate.core import Elaborator, Given, Step
from graphc.frontend.elaborate.derivatives import arguments
from graphc.frontend.elaborate.heads import Written
from graphc.frontend.elaborate.iteration import Course
from graphc.frontend.elaborate.loops import repeated
from graphc.frontend.elaborate.scanning import collect
from graphc.frontend.elaborate.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.unrolling import row
from graphc.frontend.elaborate.values import Nothing
from graphc.ir.graph import Value
from graphc.source import Span


def checkpoint(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`checkpoint(f)`: a function."""
    bound = yield arguments(e, scope, node, ("f",))
    function = callable_of(e, bound["f"][0], "checkpoint")
    return function if function.through is not None else replace(function, through=recomputed)


def recomputed(e: Elaborator, frame: Frame, function: Function, bound: dict[str, Given], span: Span) -> Step:
    """The result of a call, computed inside a loop of one step."""
    own = replace(function, through=None)
    form: list[Meaning] = []
    names: list[str] = []

    def body(step: Scope) -> Step:
        result = yield functions.invoke(e, step.frame, own, bound, span)
        form[:] = [result]
        names[:] = [] if isinstance(result, Nothing) else collect(e, step, result, span)

    inner = Scope(function.scope, frame)
    once = Course(1, None, (), False, 1, lambda _, i, slices: i)
    target = syntax.Name(f"call {span.start}", span)
    loop = Written(span, body, (), frozenset({target.text}), False, False)
    before = dict(frame.written)
    yield repeated(e, inner, target, once, [], loop)
    for name in [n for n in frame.written if n not in before and n in names]:
        del frame.written[name]
    if not names:
        return Nothing()
    found = [inner.bindings[name].meaning for name in names]
    results = [row(e, frame, value, 0, span) for value in found if isinstance(value, Value)]
    return Items(tuple(results), span) if isinstance(form[0], Items) else results[0]
