"""`.grad`: of a variable `v` the variable `v.grad`, of another value what `retain_grad` kept.

`v.grad` is state of its own, zeros at first and not trainable, that exists only in programs which use it: it is
declared when it is read, assigned, cleared or added to for the first time.
"""

from __future__ import annotations

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import places, state
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Frame, Meaning, Scope
from graphc.frontend.elaborate.core.values import Failure
from graphc.frontend.elaborate.derivatives.lineage import present, trainable
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Output, Value
from graphc.ir.types import TensorType
from graphc.source import Origin

SUFFIX = ".grad"


def zeros(e: Elaborator, b: Builder, kind: TensorType) -> Value:
    if not kind.shape:
        return b.number(0.0, kind.dtype)
    return b.emit(e.catalogue["zeros"], (), (kind.shape, kind.dtype)).results[0]


def declare(e: Elaborator, path: str) -> str:
    """The path of a variable's gradient, which is declared unless it is; `path` is trainable."""
    name = path + SUFFIX
    if name not in e.variables:
        variable = e.variables[path]
        origin = Origin((variable.node.origin.span,))
        b = Builder(e.catalogue, e.default_float, origin)
        value = zeros(e, b, variable.type)
        initial = Graph(tuple(b.nodes), (Output("0", value, origin),), default_float=e.default_float)
        state.declare_variable(e, name, variable.type, initial, False, origin)
    return name


def variable_of(e: Elaborator, scope: Scope, node: syntax.Expr) -> str | None:
    """The path of the variable that an expression names, if it is one."""
    return places.variable(e, scope, node)


def place(e: Elaborator, scope: Scope, node: syntax.Attribute) -> syntax.Name | None:
    """`v.grad` of a trainable variable as the path that it is declared by, to read or assign; None for other things."""
    if node.name.text != SUFFIX[1:]:
        return None
    path = variable_of(e, scope, node.value)
    if path is None or path not in trainable(e):
        return None
    return syntax.Name(declare(e, path), node.span)


def kept(e: Elaborator, scope: Scope, node: syntax.Attribute, value: Meaning) -> Meaning:
    """`y.grad` of a value that is not called by the name of a variable.  Raises Failure E0410 if it keeps none."""
    if isinstance(value, Value):
        for path in trainable(e):
            if present(e, scope.frame, path) is value:
                return state.read(e, scope, declare(e, path))
        found = e.tape.kept.get(value)
        if found is not None and _sees(scope.frame, found.frame):
            return found.gradient
    raise keeps_none(e, scope, node, value)


def _sees(frame: Frame, other: Frame) -> bool:
    """Is `other` this code, or the code around it in the same function?"""
    walk = frame
    while walk is not other and walk.branch and walk.parent is not None:
        walk = walk.parent
    return walk is other


def keeps_none(e: Elaborator, scope: Scope, node: syntax.Attribute, value: Meaning) -> Failure:
    """Why there is no `.grad`, and what to write."""
    text, span = node.value.span.text, node.span
    use = e.tape.used.get(value.node) if isinstance(value, Value) else None
    of = e.tape.last if use is None else use.of
    path = variable_of(e, scope, node.value)
    if path is not None:
        dtype = e.variables[path].type.dtype
        why = "it is not trainable" if dtype.is_float else f"it is {dtype}, which has no derivative"
        declared = Label(e.variables[path].node.origin.span, f"{path} is declared here")
        hint = f"grad({of}, {text})" if dtype.is_float else None
        return e.fail("E0410", f"{path} keeps no gradient: {why}", span, secondary=[declared], hint=hint)
    if not isinstance(value, Value):
        return e.fail("E0410", f"{text} keeps no gradient: it is a constant", span, hint=f"grad({of}, {text})")
    if value in e.tape.retained:
        place = Label(e.tape.retained[value], "asked for here")
        if value in e.tape.kept:
            message = f"{text} keeps its gradient where the backward is: inside a branch, loop or function"
            return e.fail("E0410", message, span, secondary=[place], hint=f"read {span.text} there")
        message = f"{text} has no gradient yet: no backward went through it after retain_grad"
        return e.fail("E0410", message, span, secondary=[place], hint=f"write backward({of}) before this line")
    place = Label(value.node.origin.span, "declared here" if not value.node.inputs else "computed here")
    ways = [f"grad({of}, {text})"] if text != of else []
    if value.node.inputs:
        ways.insert(0, f"write retain_grad({text}) before the backward")
    message = f"{text} keeps no gradient: only variables do"
    return e.fail("E0410", message, span, secondary=[place], hint=", or ".join(ways) or None)
