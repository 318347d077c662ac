"""`checkpoint(f)`: f, computed again for its derivatives instead of kept.

A call is a loop of one step that keeps nothing but what goes in: what the derivatives of a loop with checkpoints do is
what is asked for.  `traces` calls it through the function that `checkpoint` gives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.builtins.scanning import collect
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Nothing
from graphc.frontend.elaborate.derivatives.expansion import arguments
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.statements.heads import Written
from graphc.frontend.elaborate.statements.iteration import Course
from graphc.frontend.elaborate.statements.loops import repeated
from graphc.frontend.elaborate.terms import indexing
from graphc.frontend.elaborate.terms.arguments import callable_of
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
        result = yield traces.invoke(e, step.frame, own, bound, span)
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
    results = [indexing.row(e, frame, value, 0, span) for value in found if isinstance(value, Value)]
    return Items(tuple(results), span, is_tuple=True) if isinstance(form[0], Items) else results[0]
