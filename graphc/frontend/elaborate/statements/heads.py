"""What is known of a loop from its text, and the names that its head binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graphc.diagnostics import Label
from graphc.frontend import liveness, syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.naming import bound_names, target_names
from graphc.frontend.elaborate.core.scopes import Loop, Meaning, Scope
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.wording import RETURNED
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.statements.exits import leaves
from graphc.frontend.liveness import Uses
from graphc.source import Span

Body = Callable[[Scope], Step]


@dataclass(frozen=True, slots=True)
class Written:
    """A loop as it is written: its head, the step for its body, the names that it seems to assign, and its own.

    `targets`: the names in its head that something reads behind the loop, with their places; they aren't its own.
    `before`: what an iteration may read that an earlier one or the code before has bound; None if all names may be.
    `runs`: it surely takes a step.
    """

    span: Span
    body: Body
    assigned: tuple[str, ...]
    local: frozenset[str]
    breaks: bool
    returns: bool
    targets: Mapping[str, Span] = field(default_factory=dict)
    before: frozenset[str] | None = None
    runs: bool = False

    @property
    def flags(self) -> list[str]:
        """What ends the loop early."""
        own = Loop(self.span, None, None, {}).broken  # type: ignore[arg-type]
        return [own] * self.breaks + [RETURNED] * self.returns

    @property
    def starts(self) -> dict[str, Meaning]:
        return {name: Static(False, self.span) for name in self.flags}


def written(e: Elaborator, scope: Scope, node: syntax.For | syntax.While, span: Span, body: Body) -> Written:
    uses = uses_of(e, scope, node)
    own = {n.text: n.span for n in target_names(node.target)} if isinstance(node, syntax.For) else {}
    targets = {name: place for name, place in own.items() if uses is None or name in uses.behind}
    inside = node.body.statements
    assigned = dict.fromkeys([*targets, *(n.text for n in bound_names(node) if n.text not in own)])
    returns = scope.frame.function is not None and leaves(inside, syntax.RETURNS)
    skipped = Loop(span, scope.frame, scope.frame, {}).skipped
    return Written(
        span,
        body,
        tuple(assigned),
        frozenset({*own.keys() - targets, skipped}),
        leaves(inside, syntax.BREAKS),
        returns,
        targets,
        None if uses is None else uses.before,
    )


def uses_of(e: Elaborator, scope: Scope, node: syntax.For | syntax.While) -> Uses | None:
    """What is read behind a loop; None if nobody knows what follows.  Functions of the library come one by one."""
    function = scope.frame.function
    if node.span not in e.uses and function is not None:
        e.uses.update(liveness.loops((function.definition,)))
    return e.uses.get(node.span)


TAKEN = {"variable": "a variable of the program", "state": "a variable of the module", "instance": "an instance"}


def bind_target(e: Elaborator, scope: Scope, target: syntax.Expr, given: Given) -> None:
    """Bind the names in the head of a loop."""
    if isinstance(target, syntax.Name):
        found = scope.find(target.text)
        kind = None if found is None else {**bindings.FIXED, **TAKEN}.get(found[1].kind)
        if found is not None and kind is not None and (found[1].kind == "state" or scope.within(found[0])):
            raise e.fail(
                "E0202",
                f"{target.text} is {kind}; a loop can't bind its name",
                target.span,
                secondary=[Label(([span for _, span in found[1].earlier] or [found[1].span])[0], "declared here")],
                hint=f"choose another name: for {target.text}2 in …",
            )
        scope.bind(target.text, bindings.hold(e, scope.frame, target, given), target.span).target = True
        return
    assert isinstance(target, syntax.Tuple | syntax.List)
    parts = bindings.unpacked(e, scope.frame, target, given, len(target.items))
    for part, meaning in zip(target.items, parts, strict=True):
        bind_target(e, scope, part, Given(meaning, given.span))
