"""Statements of the top level: declarations, outputs and imports, besides those that may stand anywhere.

`collect` elaborates one; what is wrong is collected, the names that it would have bound are poisoned, and the others go
on.  `session` calls it.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate import imports
from graphc.frontend.elaborate.core import keys, names, naming, places
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step, run
from graphc.frontend.elaborate.core.leaving import leave
from graphc.frontend.elaborate.core.scopes import Meaning, Scope
from graphc.frontend.elaborate.core.values import Failure, Poisoned
from graphc.frontend.elaborate.statements import bindings, bodies, declarations
from graphc.frontend.elaborate.terms import tuples
from graphc.ir.graph import Output
from graphc.ir.nesting import too_deep
from graphc.source import Origin, Span


@dataclass(slots=True)
class Top:
    """The top level while it is read: outputs said so far, results by default."""

    scope: Scope
    outputs: list[Output]
    order: list[str]


def collect(e: Elaborator, top: Top, statement: syntax.Stmt) -> Meaning | None:
    """Elaborate a statement; what is wrong is collected, and the names it binds are poisoned.

    Gives what an expression means, None for other statements and for what failed.
    """
    e.reading = not isinstance(statement, syntax.Output | syntax.ExprStmt | syntax.Assert)
    e.call = None
    try:
        meaning: Meaning | None = run(top_level(e, top, statement))
    except Failure as failure:
        e.report(failure.diagnostic)
        naming.poison(top.scope, statement)
    except Poisoned:
        naming.poison(top.scope, statement)
    except RecursionError:  # in derivatives: the elaborator has a stack of its own
        e.report(too_deep(Label(statement.span)))
        naming.poison(top.scope, statement)
    else:
        return meaning
    return None


def top_level(e: Elaborator, top: Top, statement: syntax.Stmt) -> Step:
    """The step of a statement; what it gives is the meaning of an expression."""
    top.scope.frame.place = keys.bound_by(statement)
    match statement:
        case syntax.Input():
            yield declarations.input_(e, top.scope, statement)
        case syntax.Output():
            yield output(e, top, statement)
        case syntax.Fn() | syntax.Module():
            pass
        case syntax.Import():
            yield imports.import_(e, top.scope, statement)
        case syntax.FromImport():
            yield imports.from_import(e, top.scope, statement)
        case _:
            meaning = yield bodies.statement_step(e, top.scope, statement)
            top.order.extend(n.text for n in naming.bound_names(statement))
            return meaning


def output(e: Elaborator, top: Top, node: syntax.Output) -> Step:
    name = node.name.text
    first = next((o for o in top.outputs if o.name == name), None)
    if first is not None:
        raise declared_twice(e, name, node.name.span, first)
    if "." in name and name not in e.variables:
        places.check_known(e, top.scope, node.name)
        hint = f"output {name.replace('.', '_')} = {name if node.value is None else node.value.span.text}"
        raise e.fail("E0109", f"{name} is no variable; other outputs have no dots", node.name.span, hint=hint)
    if node.value is None:
        meaning = names.lookup(e, top.scope, node.name)
    else:
        meaning = yield e.expression(top.scope, node.value)
        bindings.bind_name(e, top.scope, node.name, Given(meaning, node.value.span))
        meaning = names.lookup(e, top.scope, node.name)
    origin = Origin((node.name.span,))
    given = list(tuples.members(name, meaning))
    if not given:
        raise e.fail("E0208", f"{name} is a tuple without values: there is nothing to give out", node.name.span)
    for member, part in given:
        taken = next((o for o in top.outputs if o.name == member), None)
        if taken is not None:
            raise declared_twice(e, member, node.name.span, taken)
        top.outputs.append(Output(member, leave(e, top.scope.frame, part, node.name.span), origin))


def declared_twice(e: Elaborator, name: str, span: Span, first: Output) -> Failure:
    secondary = [Label(first.origin.span, "first here")]
    return e.fail("E0202", f"output {name} is declared twice", span, secondary=secondary)
