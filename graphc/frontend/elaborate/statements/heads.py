"""What is known of a loop from its text, and the names that its head binds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.naming import bound_names, target_names
from graphc.frontend.elaborate.core.scopes import Loop, Meaning, Scope
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.wording import RETURNED
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.statements.exits import leaves
from graphc.source import Span

Body = Callable[[Scope], Step]


@dataclass(frozen=True, slots=True)
class Written:
    """A loop as it is written: its head, the step for its body, the names that it seems to assign, and its own."""

    span: Span
    body: Body
    assigned: tuple[str, ...]
    local: frozenset[str]
    breaks: bool
    returns: bool

    @property
    def flags(self) -> list[str]:
        """What ends the loop early."""
        own = Loop(self.span, None, None, {}).broken  # type: ignore[arg-type]
        return [own] * self.breaks + [RETURNED] * self.returns

    @property
    def starts(self) -> dict[str, Meaning]:
        return {name: Static(False, self.span) for name in self.flags}


def written(scope: Scope, node: syntax.For | syntax.While, span: Span, body: Body) -> Written:
    local = {n.text for n in target_names(node.target)} if isinstance(node, syntax.For) else set()
    inside = node.body.statements
    assigned = dict.fromkeys(n.text for n in bound_names(node) if n.text not in local)
    returns = scope.frame.function is not None and leaves(inside, syntax.RETURNS)
    own = Loop(span, scope.frame, scope.frame, {})
    return Written(
        span,
        body,
        tuple(assigned),
        frozenset({*local, own.skipped}),
        leaves(inside, syntax.BREAKS),
        returns,
    )


def bind_target(e: Elaborator, scope: Scope, target: syntax.Expr, given: Given) -> None:
    """Bind the names of a loop, which are its own."""
    if isinstance(target, syntax.Name):
        found = scope.find(target.text)
        if found is not None and found[1].kind == "variable" and scope.within(found[0]):
            raise e.fail(
                "E0202",
                f"{target.text} is a variable of the program; a loop can't take its name",
                target.span,
                hint="choose another name",
            )
        scope.bind(target.text, bindings.hold(e, scope.frame, target, given), target.span)
        return
    assert isinstance(target, syntax.Tuple | syntax.List)
    parts = bindings.unpacked(e, scope.frame, target, given, len(target.items))
    for part, meaning in zip(target.items, parts, strict=True):
        bind_target(e, scope, part, Given(meaning, given.span))
