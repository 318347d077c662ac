"""Statements of the top level: declarations, outputs and imports, besides those that may stand anywhere.

`collect` elaborates one; what is wrong is collected, the names that it would have bound are poisoned, and the others go
on.  `session` calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate import bodies, declarations, keys, names, naming, places, statements
from graphc.frontend.elaborate.core import Elaborator, Given, Step, run
from graphc.frontend.elaborate.scopes import Function, Meaning, ModuleType, Namespace, Scope
from graphc.frontend.elaborate.values import Failure, Poisoned
from graphc.ir.graph import Output
from graphc.source import Origin


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
        poison(top.scope, statement)
    except Poisoned:
        poison(top.scope, statement)
    else:
        return meaning
    return None


DECLARATIONS = (syntax.Input, syntax.Var, syntax.Fn, syntax.Module, syntax.Output)


def poison(scope: Scope, statement: syntax.Stmt) -> None:
    kept = {"input", "variable", "instance"}
    if isinstance(statement, DECLARATIONS):
        kept |= {"function", "module"}
    for name in naming.bound_names(statement):
        old = scope.bindings.get(name.text)
        if old is None or old.kind not in kept:
            scope.bind(name.text, None, name.span)


def declare_functions(e: Elaborator, scope: Scope, statements_: Sequence[syntax.Stmt]) -> None:
    """Functions and modules of the top level may be used before they are written."""
    for statement in statements_:
        if isinstance(statement, syntax.Fn | syntax.Module):
            try:
                statements.check_new(e, scope, statement.name)
            except Failure as failure:
                e.report(failure.diagnostic)
                continue
            name = statement.name
            if isinstance(statement, syntax.Fn):
                scope.bind(name.text, Function(statement, scope), name.span, "function")
            else:
                scope.bind(name.text, ModuleType(statement, scope), name.span, "module")


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
            import_(e, top.scope, statement)
        case syntax.FromImport():
            from_import(e, top.scope, statement)
        case _:
            meaning = yield bodies.statement_step(e, top.scope, statement)
            top.order.extend(n.text for n in naming.bound_names(statement))
            return meaning


def output(e: Elaborator, top: Top, node: syntax.Output) -> Step:
    name = node.name.text
    if any(o.name == name for o in top.outputs):
        first = next(o for o in top.outputs if o.name == name)
        raise e.fail(
            "E0202",
            f"output {name} is declared twice",
            node.name.span,
            secondary=[Label(first.origin.span, "first here")],
        )
    if "." in name and name not in e.variables:
        places.check_known(e, top.scope, node.name)
        hint = f"output {name.replace('.', '_')} = {name if node.value is None else node.value.span.text}"
        raise e.fail("E0109", f"{name} is no variable; other outputs have no dots", node.name.span, hint=hint)
    if node.value is None:
        meaning = names.lookup(e, top.scope, node.name)
    else:
        meaning = yield e.expression(top.scope, node.value)
        statements.bind_name(e, top.scope, node.name, Given(meaning, node.value.span))
        meaning = names.lookup(e, top.scope, node.name)
    value = e.collected(top.scope.frame, meaning, node.name.span)
    top.outputs.append(Output(name, value, Origin((node.name.span,))))


# ---------------------------------------------------------------- imports


def import_(e: Elaborator, scope: Scope, node: syntax.Import) -> None:
    module = find_module(e, node.path)
    name = node.alias or node.path
    assert isinstance(name, syntax.Name)
    statements.check_new(e, scope, name)
    scope.bind(name.text, module, name.span, "import")


def find_module(e: Elaborator, path: syntax.Name | syntax.String) -> Namespace:
    if isinstance(path, syntax.String):
        raise e.fail(
            "E0905",
            "files can't be imported in this version",
            path.span,
            hint=f"import {e.import_names[0]}: the library has {', '.join(e.import_names)}",
        )
    found = e.imports(path.text)
    if not isinstance(found, Namespace):
        meant = suggest(path.text, e.import_names)
        hint = f"did you mean {meant}?" if meant else f"the library has {', '.join(e.import_names)}"
        raise e.fail("E0207", f"there is no module {path.text}", path.span, hint=hint)
    return found


def from_import(e: Elaborator, scope: Scope, node: syntax.FromImport) -> None:
    module = find_module(e, node.path)
    for name, alias in node.names:
        member = module.member(name.text)
        if member is None:
            meant = suggest(name.text, module.members)
            hint = f"did you mean {meant}?" if meant else f"it has {', '.join(module.members)}"
            raise e.fail("E0206", f"{module.name} has no member {name.text}", name.span, hint=hint)
        bound = alias or name
        statements.check_new(e, scope, bound)
        scope.bind(bound.text, member, bound.span, "import")
