"""Attributes: `.T`, `.shape`, `.dtype`, and the members of imported modules."""

from __future__ import annotations

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import elsewhere, names, places
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Function, Instance, Items, Meaning, Namespace, Scope
from graphc.frontend.elaborate.core.values import DTypeName, Failure, Poisoned, State, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.derivatives import grads
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.source import Span

ATTRIBUTES = ("T", "shape", "dtype")


def attribute(e: Elaborator, scope: Scope, node: syntax.Attribute, value: Meaning) -> Meaning:
    """`.T`, `.shape`, `.dtype`, a member of a module, or a method about to be called."""
    name = node.name.text
    if isinstance(value, Namespace | Instance):
        return member(e, scope, node, value)
    if isinstance(value, Items) and name.isdigit():
        element = places.member(value, name)
        if isinstance(element, Instance):
            return element
    if isinstance(value, Value | Static | Items):
        if name == "grad":
            return grads.kept(e, scope, node, value)
        if name == "dtype":
            return DTypeName(e.dtype_of(value, node.value.span))
        tensor = e.tensor(scope.frame, value, node.value.span)
        if name == "shape":
            return Items(tuple(_size(d, node.span) for d in tensor.type.shape), node.span)
        if name == "T":
            return transposed(e, scope.frame, tensor, node)
        raise no_attribute(e, node, value)
    raise e.fail("E0206", f"{describe(value)} has no attribute {name}", node.name.span)


def member(e: Elaborator, scope: Scope, node: syntax.Attribute, whole: Namespace | Instance) -> Meaning:
    """`losses.mse`, `net.W`, `net.l1`, `net.call`."""
    found = places.member(whole, node.name.text)
    if isinstance(found, State):
        return names.lookup(e, scope, syntax.Name(found.path, node.span))
    if whole.scope is not None:
        return own_member(e, scope, node, whole, whole.scope)
    if found is None:
        raise places.no_member(e, whole, node)
    return found


def own_member(
    e: Elaborator, scope: Scope, node: syntax.Attribute, whole: Namespace | Instance, home: Scope
) -> Meaning:
    name = node.name.text
    binding = home.bindings.get(name)
    if binding is None or (isinstance(whole, Namespace) and name not in whole.members):
        raise places.no_member(e, whole, node)
    if binding.meaning is None:
        raise Poisoned
    return names.current(scope, home, name, binding)


def call_method(e: Elaborator, instance: Instance, node: syntax.CallExpr) -> Function:
    """`net(x)` is `net.call(x)`."""
    method = places.member(instance, "call")
    if isinstance(method, Function):
        return method
    methods = [name for name in places.members(instance) if isinstance(places.member(instance, name), Function)]
    text = node.function.span.text
    raise e.fail(
        "E0203",
        f"{text} is {describe(instance)}, which has no fn call",
        node.function.span,
        secondary=[Label(instance.module.definition.head, "defined here")],
        hint=f"call {', '.join(f'{text}.{name}' for name in methods)}" if methods else "add fn call(x) = …",
    )


def _size(size: Dim, span: Span) -> Static:
    return Static(size, span)


def transposed(e: Elaborator, frame: Frame, tensor: Value, node: syntax.Attribute) -> Value:
    rank = len(tensor.type.shape)
    if rank < 2:
        raise e.fail(
            "E0311",
            f".T swaps the last two axes, but this is {tensor.type}",
            node.span,
            hint=f"{node.value.span.text}[:, None] makes a column" if rank == 1 else None,
        )
    axes = (*range(rank - 2), rank - 1, rank - 2)
    return e.apply(frame, e.catalogue["transpose"], (Given(tensor, node.value.span),), (axes,), node.span)[0]


def no_attribute(
    e: Elaborator, node: syntax.Attribute, value: Meaning, called: elsewhere.Arguments | None = None
) -> Failure:
    """E0206 for `x.foo`, or for the call `x.foo(…)` with these arguments."""
    name = node.name.text
    if name.isdigit():
        hint: str | None = f"index it: {node.value.span.text}[{name}]"
    elif node.value.span.text == "self":
        hint = f"a method sees {name} by its name, and has no parameter self: {name}"
    else:
        meant = suggest(name, (*ATTRIBUTES, "grad"))
        hint = elsewhere.method(e, node.value, name, called) or (f"did you mean .{meant}?" if meant else None)
    kind = "list" if isinstance(value, Items) else "tensor"
    hint = hint or "a tensor has .T, .shape, .dtype and .grad"
    return e.fail("E0206", f"a {kind} has no attribute {name}", node.name.span, hint=hint)
