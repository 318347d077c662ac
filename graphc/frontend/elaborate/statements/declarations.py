"""Declarations: inputs and variables, with the region that gives their value at the start.

What comes in: the syntax of an `input` or a `var`, and the scope it stands in: a file's, or a module's.  What goes out:
a node in the outermost frame, bound to its name; a variable of a module or an imported file is bound at the top, by its
path, and its own scope says which path that is.  Functions and modules are bound before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import written_types
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step
from graphc.frontend.elaborate.core.scopes import Function, ModuleType, Scope
from graphc.frontend.elaborate.core.values import Failure, State
from graphc.frontend.elaborate.statements import bindings, defaults
from graphc.frontend.elaborate.terms import members
from graphc.ir.graph import Graph, Node
from graphc.source import Origin


def declare_functions(e: Elaborator, scope: Scope, statements_: Sequence[syntax.Stmt]) -> None:
    """Functions and modules of the top level may be used before they are written."""
    for statement in statements_:
        if isinstance(statement, syntax.Fn | syntax.Module):
            try:
                bindings.check_new(e, scope, statement.name)
            except Failure as failure:
                e.report(failure.diagnostic)
                continue
            name = statement.name
            if isinstance(statement, syntax.Fn):
                scope.bind(name.text, Function(statement, scope), name.span, "function")
            else:
                scope.bind(name.text, ModuleType(statement, scope), name.span, "module")


def declare(
    e: Elaborator,
    scope: Scope,
    op: str,
    name: syntax.Name,
    node: syntax.TypeExpr,
    value: syntax.Expr | None,
    extra: tuple[object, ...],
) -> Step:
    """The node of an input or variable in the outermost frame; a variable's name there is its path."""
    bindings.check_new(e, scope, name)
    path = (scope.home or "") + name.text
    check_free(e, scope, path, name)
    kind, places = written_types.declared(e, scope, node)
    regions: tuple[Graph, ...] = ()
    if value is not None:
        regions = ((yield defaults.region(e, scope, kind, value, path, fills=op == "input")),)
    b = e.at(scope.frame, node.span)
    span = name.span.to(node.span)
    made = Node(e.catalogue[op], (), (path, kind, *extra), regions, (kind,), Origin((span,), e.call), (path,))
    b.nodes.append(made)
    e.declared[made.results[0]] = places
    return made.results[0]


def input_(e: Elaborator, scope: Scope, node: syntax.Input) -> Step:
    value = yield declare(e, scope, "input", node.name, node.type, node.default, (node.doc,))
    scope.bind(node.name.text, value, node.name.span, "input")


def variable(e: Elaborator, scope: Scope, node: syntax.Var) -> Step:
    """A variable of the program, or of the module or imported file whose scope this is."""
    name = node.name.text
    check_path(e, scope, node.name)
    value = yield declare(e, scope, "variable", node.name, node.type, node.init, (node.trainable, node.doc))
    path = (scope.home or "") + name
    e.variables[path] = value
    root = scope if e.top is None else e.top
    root.bind(path, value, node.name.span, "variable")
    if scope is not root:
        scope.bind(name, State(path), node.name.span, "state")


def check_path(e: Elaborator, scope: Scope, name: syntax.Name) -> None:
    """Raise E0202 for a path that means something else already, or that a module can't give."""
    _, dot, last = name.text.rpartition(".")
    if last in members.ATTRIBUTES and (dot or scope.home):
        hint = f"choose another name: var {name.text}_: …"
        raise e.fail("E0202", f".{last} is an attribute of every tensor", name.span, hint=hint)
    if dot and scope.home:
        hint = f"var {last}: …; its path is {scope.home}{last}"
        raise e.fail("E0202", "a variable of a module or an imported file has a plain name", name.span, hint=hint)


def check_free(e: Elaborator, scope: Scope, path: str, name: syntax.Name) -> None:
    """Raise E0202 if a module has the name already, or the program a variable of that path."""
    if not scope.home:
        return
    assert e.top is not None
    old = scope.bindings.get(name.text) or e.top.bindings.get(path)
    if old is not None:
        shown = name.text if name.text in scope.bindings else path
        raise e.fail(
            "E0202",
            f"{shown} is declared twice",
            name.span,
            secondary=[Label(old.span, "first here")],
            hint="choose another name",
        )
