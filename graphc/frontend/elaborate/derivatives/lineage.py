"""Lineage: what a value was made of, as far as derivatives flow, and the builtins that ask.

`behind` walks from a value back to the variables.  `is_leaf`, `requires_grad` and `made_by` answer while the program is
elaborated; inside a function they answer what holds for every call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from graphc.autodiff.activity import carries_derivative, differentiable_inputs, passing_inputs
from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import state
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Scope, Text, parts
from graphc.frontend.elaborate.core.tape import Marks, copy_marks, function_frame, local_nodes
from graphc.frontend.elaborate.core.values import Failure, Static
from graphc.ir.graph import Node, Value
from graphc.ir.op import NotDifferentiable, Placeholder, Rule
from graphc.source import Span

# ---------------------------------------------------------------- variables


def trainable(e: Elaborator) -> dict[str, Value]:
    """The trainable float variables declared so far, by path."""
    return {p: v for p, v in e.variables.items() if v.node.attr("trainable") and v.type.dtype.is_float}


def present(e: Elaborator, frame: Frame, path: str) -> Value:
    """The value of a variable as the code of `frame` sees it now; the look is no capture."""
    walk: Frame | None = frame
    while walk is not None:
        if path in walk.state:
            return walk.state[path]
        walk = walk.parent
    meaning = state.root(e).bindings[path].meaning
    return meaning if isinstance(meaning, Value) else e.variables[path]


def all_values(e: Elaborator, frame: Frame) -> set[Value]:
    """Every value that the trainable variables have had, and have."""
    found: set[Value] = set()
    home = state.root(e)
    for path, declared in trainable(e).items():
        found.update((declared, present(e, frame, path)))
        earlier = [meaning for meaning, _ in home.bindings[path].earlier]
        found.update(m for m in earlier if isinstance(m, Value))
    return found


# ---------------------------------------------------------------- the walk back


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind some values: the nodes, the leaves that were reached, and the `ends` where it goes on unseen.

    Ends are what code outside a function has made: its parameters and captures; and parameters of a loop's body.
    """

    nodes: set[Node]
    leaves: dict[Value, None]
    ends: dict[Value, None]


def behind(ys: Iterable[Value], leaves: Collection[Value], local: set[Node] | None) -> Behind:
    """Walk back from `ys` to `leaves`, or to what isn't `local` (None: everything is)."""
    found = Behind(set(), {}, {})
    stack = list(ys)
    while stack:
        value = stack.pop()
        node = value.node
        if not carries_derivative(value):
            continue
        if value in leaves:
            found.leaves[value] = None
            continue
        if node in found.nodes:
            continue
        if is_parameter(node) or (local is not None and node not in local and node.inputs):
            found.ends[value] = None
            continue
        found.nodes.add(node)
        stack.extend(passing_inputs(node))
    return found


def is_parameter(node: Node) -> bool:
    """Is it one of a function's, or of a loop's body?"""
    return isinstance(node.op, Placeholder) and node.op.name == "parameter"


def between(nodes: Iterable[Node], found: Behind) -> list[Node]:
    """The nodes from the leaves to the values, in program order: those of `nodes` that a derivative passes."""
    active = set(found.leaves)
    path = []
    for node in nodes:
        if node in found.nodes and not active.isdisjoint(differentiable_inputs(node)):
            vjp = node.op.vjp
            if isinstance(node.op, Rule) or not (isinstance(vjp, NotDifferentiable) and vjp.zero):
                active.update(r for r in node.results if carries_derivative(r))
                path.append(node)
    return path


# ---------------------------------------------------------------- calls of functions with a backward


def fix(e: Elaborator, frame: Frame, ends: Iterable[Value], span: Span) -> None:
    """A backward in a function's code begins at these values from outside: note it for the calls."""
    e.tape.fixed.setdefault(function_frame(frame), {}).update(dict.fromkeys(ends, span))


def check_hooks(e: Elaborator, frame: Frame) -> None:
    """Raise E0412 for a hook that the code of a function leaves to its callers, but that is a function of its own."""
    for value, hooks in e.tape.hooks.items():
        for hook in hooks:
            if function_frame(hook.function.scope.frame) is frame and value.node not in e.tape.used:
                raise e.fail(
                    "E0412",
                    f"{hook.function.name} is a function inside this one; a backward elsewhere can't call it",
                    hook.span,
                    secondary=[Label(hook.function.definition.head, "defined here")],
                    hint=f"write fn {hook.function.name} at the top level",
                )


def copied(e: Elaborator, frame: Frame, marks: Marks, mapping: dict[Value, Value], span: Span) -> None:
    """A trace was inlined in the code of `frame`: its marks go along.

    Raises Failure E0411 if a backward in it stops at a value that itself depends on variables.
    """
    copy_marks(e.tape, frame, marks, mapping)
    leaves = all_values(e, frame)
    local = local_nodes(frame)
    for value, place in marks.fixed:
        actual = mapping.get(value, value)
        found = behind([actual], leaves, local)
        if found.leaves:
            variable = next(iter(found.leaves))
            name, given = value.name or "a value from outside", actual.name or "…"
            raise e.fail(
                "E0411",
                f"{place.text} in the function doesn't see that {name} depends on {variable.name or 'a variable'}",
                span,
                f"{name} is {given}, which is a variable" if actual is variable else "",
                secondary=[Label(place, f"begins at {name}")],
                hint=f"pass stop_grad({given}), or write the backward outside the function",
            )
        if found.ends:
            fix(e, frame, found.ends, place)


# ---------------------------------------------------------------- questions


def asked(e: Elaborator, scope: Scope, node: syntax.CallExpr) -> Step:
    """The one argument of a question."""
    name = node.function.span.text
    if len(node.arguments) != 1 or node.arguments[0].keyword is not None:
        raise e.fail("E0204", f"{name} takes one value", node.span, hint=f"{name}(x)")
    value = node.arguments[0].value
    return Given((yield e.expression(scope, value)), value.span)


def unknown(e: Elaborator, node: syntax.CallExpr, given: Given) -> Failure:
    text = given.span.text
    return e.fail(
        "E0308",
        f"{node.span.text} differs from call to call: {text} comes from outside the function",
        node.span,
        hint="ask where the function is called, and pass the answer",
    )


def node_of(e: Elaborator, scope: Scope, node: syntax.CallExpr, given: Given) -> Node | None:
    """What made a value, None for a number that was written.  Raises Failure E0308 where only the caller knows."""
    meaning = given.meaning
    if isinstance(meaning, Static | Text):
        return meaning.node.node if meaning.node is not None else None
    if isinstance(meaning, Items):
        return None
    if not isinstance(meaning, Value):
        raise e.not_a_tensor(meaning, given.span)
    local = local_nodes(scope.frame)
    if local is not None and meaning.node not in local and meaning not in all_values(e, scope.frame):
        raise unknown(e, node, given)
    return meaning.node


def is_leaf(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`is_leaf(x)`: was it made by no operation?  The present value of a variable wasn't, however it was assigned."""
    given = yield asked(e, scope, node)
    made = node_of(e, scope, node, given)
    variable = given.meaning in [present(e, scope.frame, path) for path in e.variables]
    return Static(made is None or not made.inputs or variable, node.span)


def requires_grad(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`requires_grad(x)`: does a backward of it reach a trainable variable?"""
    given = yield asked(e, scope, node)
    return Static(needs_gradient(e, scope.frame, given, node), node.span)


def needs_gradient(e: Elaborator, frame: Frame, given: Given, node: syntax.CallExpr) -> bool:
    """Does a value depend on a trainable variable, as far as derivatives flow?"""
    values = [v for v in parts(given.meaning) if isinstance(v, Value) and carries_derivative(v)]
    found = behind(values, all_values(e, frame), local_nodes(frame))
    if found.ends and not found.leaves:
        raise unknown(e, node, given)
    return bool(found.leaves)


def made_by(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`made_by(y)`: the operation that made it, or the function with the hand-written derivative."""
    given = yield asked(e, scope, node)
    made = node_of(e, scope, node, given)
    if made is None:
        return Text("constant", node.span)
    if any(given.meaning is present(e, scope.frame, path) for path in e.variables):
        return Text("variable", node.span)
    if isinstance(made.op, Rule) and made.origin.call is not None:
        return Text(made.origin.call.function, node.span)
    return Text(made.op.name, node.span)
