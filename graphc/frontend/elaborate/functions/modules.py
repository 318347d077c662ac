"""Modules: `net = M(784)` makes an instance, whose variables live at the top level under the path `net`.

An instance is a scope: its arguments, its variables (each says its path), its submodules, names and methods.  Methods
are functions that see this scope.  An instance has the path of the name that it is bound to: `bindings` notes it for
each call that may make one (`mark`); a list adds an index, an argument the parameter's name.
"""

from __future__ import annotations

from dataclasses import replace

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.places import mark
from graphc.frontend.elaborate.core.scopes import Function, Instance, Items, Meaning, ModuleType, Scope, Text, leaves
from graphc.frontend.elaborate.core.state import changing
from graphc.frontend.elaborate.core.values import Failure, Poisoned, Static
from graphc.frontend.elaborate.statements import bindings, bodies
from graphc.frontend.elaborate.terms.arguments import bind
from graphc.ir.graph import Value, reachable
from graphc.source import Call


def instantiate(e: Elaborator, scope: Scope, module: ModuleType, node: syntax.CallExpr) -> Step:
    """The instance that a call of a module makes."""
    path = e.places.get(id(node))
    if path is None or scope.home is None:
        raise unplaced(e, scope, module, node)
    if module.making:
        raise e.fail(
            "E0205",
            f"{module.name} contains an instance of itself",
            node.span,
            secondary=[Label(module.definition.head, "defined here")],
            hint="an instance contains others of other modules only",
        )
    bound = bind(e, module, (yield arguments(e, scope, module, node, path)), node.span)
    inner = Scope(module.scope, scope.frame, home=f"{path}.")
    instance = Instance(module, path, inner)
    earlier, e.instances = e.instances, {**e.instances, path: instance}  # listed before what it contains
    outer = e.call
    e.call = Call(module.name, node.span, outer)
    module.making = module.made = True
    try:
        for parameter in module.definition.parameters:
            yield bind_argument(e, inner, module, parameter, bound.get(parameter.name.text), path)
        yield body(e, inner, module)
    except (Failure, Poisoned):
        e.instances = earlier
        raise
    finally:
        module.making = False
        e.call = outer
    return instance


def unplaced(e: Elaborator, scope: Scope, module: ModuleType, node: syntax.CallExpr) -> Failure:
    """An instance that has no path, or would be new each time: what to write instead."""
    word = module.name.lower()
    call = node.span.text if "\n" not in node.span.text else f"{node.function.span.text}(…)"
    if scope.frame.parent is None and scope.home is not None:
        return e.fail(
            "E0507",
            f"an instance of {module.name} needs a name, which the paths of its variables begin with",
            node.span,
            hint=f"{word} = {call}",
        )
    function = scope.frame.function
    if function is not None:
        return e.fail(
            "E0502",
            f"an instance of {module.name} inside a function would be new at each call",
            node.span,
            secondary=[Label(function.definition.head, "in this function")],
            hint=f"make it at the top level, {word} = {call}, and use it here",
        )
    return e.fail(
        "E0505",
        "an instance is made at the top level of a file or in a module, not in a branch or loop",
        node.span,
        hint=f"make it before: {word} = {call}",
    )


# ---------------------------------------------------------------- arguments


def arguments(e: Elaborator, scope: Scope, module: ModuleType, node: syntax.CallExpr, path: str) -> Step:
    """The arguments of a call; an instance made in one is called like its parameter."""
    names = [p.name.text for p in module.definition.parameters]
    found: list[Argument] = []
    for position, argument in enumerate(node.arguments):
        keyword = argument.keyword.text if argument.keyword else None
        name = keyword or (names[position] if position < len(names) else None)
        if name is not None:
            mark(e, argument.value, f"{path}.{name}")
        meaning = yield e.expression(scope, argument.value)
        found.append(Argument(keyword, Given(meaning, argument.value.span), argument.span))
    return found


def bind_argument(
    e: Elaborator, scope: Scope, module: ModuleType, parameter: syntax.Parameter, given: Given | None, path: str
) -> Step:
    """Make an argument, or its default, known to the instance."""
    if given is None:
        assert parameter.default is not None
        mark(e, parameter.default, f"{path}.{parameter.name.text}")
        home = Scope(module.scope, scope.frame, home=scope.home)
        given = Given((yield e.expression(home, parameter.default)), parameter.default.span)
    if parameter.type is not None:
        given = bindings.annotated(e, scope, parameter.type, given)
    check_known(e, given)
    meaning = plain(e, given.meaning, given)
    scope.bind(parameter.name.text, meaning, parameter.name.span, "parameter")


def check_known(e: Elaborator, given: Given) -> None:
    """Raise E0308 for an argument that only a run can tell."""
    values = [leaf for leaf in leaves(given.meaning) if isinstance(leaf, Value)]
    found = changing(reachable(values)) if values else None
    if found is not None:
        raise e.fail(
            "E0308",
            "an argument of a module is known before the program runs",
            given.span,
            secondary=[Label(found.origin.span, "this is known when it runs")],
            hint="give it to a method",
        )


def plain(e: Elaborator, meaning: Meaning, given: Given) -> Meaning:
    """A number or string as if it were written in the module: it takes the dtype of what it meets there."""
    match meaning:
        case Static():
            return Static(meaning.value, given.span, dtype=meaning.dtype)
        case Text():
            return Text(e.text(meaning), given.span)
        case Items(items):
            return replace(meaning, items=tuple([plain(e, m, given) for m in items]))
        case _:
            return meaning


# ---------------------------------------------------------------- the body


def body(e: Elaborator, scope: Scope, module: ModuleType) -> Step:
    """Declare the methods, which may be used before they are written, then what the body declares."""
    listed = module.definition.body.statements
    for statement in listed:
        if isinstance(statement, syntax.Fn):
            bindings.check_new(e, scope, statement.name)
            method = Function(statement, scope, module.name)
            scope.bind(statement.name.text, method, statement.name.span, "function")
    for statement in listed:
        if isinstance(statement, syntax.ExprStmt | syntax.Assert | syntax.AugAssign):
            raise e.fail(
                "E0505",
                "a module declares variables, submodules, names and functions",
                statement.span,
                hint="put it in a fn",
            )
    yield bodies.listed(e, scope, [s for s in listed if not isinstance(s, syntax.Fn)])
