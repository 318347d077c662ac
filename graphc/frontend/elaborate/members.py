"""Attributes: `.T`, `.shape`, `.dtype`, and the members of imported modules."""

from __future__ import annotations

from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import Elaborator, Given
from graphc.frontend.elaborate.values import (
    DTypeName,
    Failure,
    Frame,
    Function,
    Items,
    Meaning,
    Namespace,
    OpFunction,
    Scope,
    Static,
    describe,
)
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.source import Span

ATTRIBUTES = ("T", "shape", "dtype")


def attribute(e: Elaborator, scope: Scope, node: syntax.Attribute, value: Meaning) -> Meaning:
    """`.T`, `.shape`, `.dtype`, a member of a module, or a method about to be called."""
    name = node.name.text
    if isinstance(value, Namespace):
        member = value.member(name)
        if member is None:
            meant = suggest(name, value.members)
            raise e.fail(
                "E0206",
                f"{value.name} has no member {name}",
                node.name.span,
                hint=f"did you mean {value.name}.{meant}?" if meant else f"it has {', '.join(value.members)}",
            )
        return member
    if isinstance(value, Value | Static | Items):
        if name == "dtype":
            return DTypeName(e.dtype_of(value, node.value.span))
        tensor = e.tensor(scope.frame, value, node.value.span)
        if name == "shape":
            return Items(tuple(_size(d, node.span) for d in tensor.type.shape), node.span)
        if name == "T":
            return transposed(e, scope.frame, tensor, node)
        raise no_attribute(e, node)
    raise e.fail("E0206", f"{describe(value)} has no attribute {name}", node.name.span)


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


def no_attribute(e: Elaborator, node: syntax.Attribute) -> Failure:
    name = node.name.text
    builtin = e.builtins(name)
    if isinstance(builtin, OpFunction):
        hint = f"call it: {node.value.span.text}.{name}()"
    elif isinstance(builtin, Function):
        hint = f"call it: {name}({node.value.span.text})"
    elif name.isdigit():
        hint = f"index it: {node.value.span.text}[{name}]"
    elif name == "grad":
        hint = f"write grad(loss, {node.value.span.text})"
    else:
        meant = suggest(name, ATTRIBUTES)
        hint = f"did you mean .{meant}?" if meant else "a tensor has .T, .shape and .dtype"
    return e.fail("E0206", f"a tensor has no attribute {name}", node.name.span, hint=hint)
