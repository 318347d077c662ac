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
from graphc.frontend.elaborate import bodies, members, names, naming, places, statements, written_types
from graphc.frontend.elaborate.core import Elaborator, Given, Step, run
from graphc.frontend.elaborate.values import Failure, Frame, Function, Meaning, Namespace, Poisoned, Scope
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Output, reachable
from graphc.ir.types import TensorType
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


DECLARATIONS = (syntax.Input, syntax.Var, syntax.Fn, syntax.Output)


def poison(scope: Scope, statement: syntax.Stmt) -> None:
    for name in naming.bound_names(statement):
        old = scope.bindings.get(name.text)
        kept = ("input", "variable", "function") if isinstance(statement, DECLARATIONS) else ("input", "variable")
        if old is None or old.kind not in kept:
            scope.bind(name.text, None, name.span)


def declare_functions(e: Elaborator, scope: Scope, statements_: Sequence[syntax.Stmt]) -> None:
    """Functions of the top level may be called before they are written."""
    for statement in statements_:
        if isinstance(statement, syntax.Fn):
            try:
                statements.check_new(e, scope, statement.name)
            except Failure as failure:
                e.report(failure.diagnostic)
                continue
            scope.bind(statement.name.text, Function(statement, scope), statement.name.span, "function")


def top_level(e: Elaborator, top: Top, statement: syntax.Stmt) -> Step:
    """The step of a statement; what it gives is the meaning of an expression."""
    match statement:
        case syntax.Input():
            yield input_(e, top.scope, statement)
        case syntax.Var():
            yield variable(e, top.scope, statement)
        case syntax.Output():
            yield output(e, top, statement)
        case syntax.Fn():
            pass
        case syntax.Import():
            import_(e, top.scope, statement)
        case syntax.FromImport():
            from_import(e, top.scope, statement)
        case syntax.Module():
            raise e.fail("E0905", "modules are not part of this version", statement.name.span, hint="use var and fn")
        case _:
            meaning = yield bodies.statement_step(e, top.scope, statement)
            top.order.extend(n.text for n in naming.bound_names(statement))
            return meaning


def default_region(e: Elaborator, scope: Scope, wanted: TensorType, value: syntax.Expr) -> Step:
    """The initial value of an input or variable as a closed region without parameters."""
    frame = Frame(Builder(e.catalogue, e.default_float), scope.frame, None)
    inner = Scope(scope, frame)
    meaning = yield e.expression(inner, value)
    scope.frame.calls += frame.calls
    given = Given(meaning, value.span)
    found = e.dtype_of(meaning, value.span)
    if found is not wanted.dtype and not statements.implicit(found, wanted.dtype):
        code = "E0316" if found.is_float and wanted.dtype.is_integer else "E0303"
        raise e.fail(
            code,
            f"the value is {found}, but {wanted.dtype} is declared",
            value.span,
            hint=written_types.cast_hint(found, wanted.dtype, value.span.text),
        )
    result = e.tensor(frame, given.meaning, value.span, wanted.dtype)
    if result.type.shape != wanted.shape:
        raise e.fail(
            "E0303",
            f"the value is {result.type}, but {wanted} is declared",
            value.span,
            f"is {result.type}",
            hint=f"broadcast_to({value.span.text}, [{', '.join(map(str, wanted.shape))}])"
            if not result.type.shape
            else f"declare {result.type}",
        )
    live = reachable([result])
    inside = set(frame.builder.nodes)
    outside = [n for n in live if n not in inside]
    if outside:
        raise e.fail(
            "E0308",
            "an initial value is computed from constants and sizes only",
            value.span,
            secondary=[Label(outside[0].origin.span, "this is computed by the run")],
            hint="start from zeros, and assign in the program",
        )
    nodes = tuple(n for n in frame.builder.nodes if n in live)
    return Graph(nodes, (Output("0", result, Origin((value.span,))),), default_float=e.default_float)


def declare(
    e: Elaborator,
    scope: Scope,
    op: str,
    name: syntax.Name,
    node: syntax.TypeExpr,
    value: syntax.Expr | None,
    extra: tuple[object, ...],
) -> Step:
    """An input or variable node, bound to its name."""
    statements.check_new(e, scope, name)
    kind, places = written_types.declared(e, scope, node)
    regions: tuple[Graph, ...] = ()
    if value is not None:
        regions = ((yield default_region(e, scope, kind, value)),)
    b = e.at(scope.frame, node.span)
    span = name.span.to(node.span)
    made = Node(e.catalogue[op], (), (name.text, kind, *extra), regions, (kind,), Origin((span,)), (name.text,))
    b.nodes.append(made)
    e.declared[made.results[0]] = places
    return made.results[0]


def input_(e: Elaborator, scope: Scope, node: syntax.Input) -> Step:
    value = yield declare(e, scope, "input", node.name, node.type, node.default, (node.doc,))
    scope.bind(node.name.text, value, node.name.span, "input")


def variable(e: Elaborator, scope: Scope, node: syntax.Var) -> Step:
    last = node.name.text.rpartition(".")[2]
    if last != node.name.text and last in members.ATTRIBUTES:
        hint = f"choose another name: {node.name.text}_ = …"
        raise e.fail("E0202", f".{last} is an attribute of every tensor", node.name.span, hint=hint)
    value = yield declare(e, scope, "variable", node.name, node.type, node.init, (node.trainable, node.doc))
    scope.bind(node.name.text, value, node.name.span, "variable")
    e.variables[node.name.text] = value


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
    value = e.tensor(top.scope.frame, meaning, node.name.span)
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
