"""Builtins that are no ops: print, assign, map, const, with_vjp, and the derivatives.

Each elaborates its own call: `call(elaborator, scope, call_expression, receiver)` is a step.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from typing import Any

import numpy as np

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names, places, written_types
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.leaving import leave
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope, Text
from graphc.frontend.elaborate.core.values import DTypeName, Nothing, Static
from graphc.frontend.elaborate.derivatives import unseen
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.terms import tuples
from graphc.frontend.elaborate.terms.arguments import callable_of
from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Value, reachable
from graphc.ir.op import TypeRuleError
from graphc.ir.region import close_loop, close_region
from graphc.ir.types import I64, STR, Array, DType, TensorType
from graphc.source import Origin


def print_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`print("step", step)`: strings and values on a line, in program order; of a tuple, those in it."""
    parts: list[str | None] = []
    values: list[Value] = []
    reading, e.reading = e.reading, False
    try:
        for argument in node.arguments:
            if argument.keyword is not None:
                raise e.fail("E0204", f"print has no argument {argument.keyword.text}", argument.span)
            whole = yield e.expression(scope, argument.value)
            for _, meaning in tuples.members("", whole):
                if isinstance(meaning, Text) and not meaning.needs:
                    parts.append(meaning.value)
                elif isinstance(meaning, DTypeName):
                    parts.append(meaning.dtype.name)
                else:
                    parts.append(None)
                    values.append(leave(e, scope.frame, meaning, argument.value.span, stacks=False))
    finally:
        e.reading = reading
    bindings.effect(e, scope.frame, "print", values, (tuple(parts),), node.span)
    return Nothing()


def assign(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`assign(v, value)`: a variable's new value, from inside a function."""
    name = places.target(e, scope, node.arguments[0].value) if len(node.arguments) == 2 else None
    if name is None:
        raise e.fail("E0204", "assign takes a variable's name and its new value", node.span, hint="assign(w, w - dw)")
    found = names.find(e, scope, name.text)
    path = name.text if found is None else found[2]
    if path not in e.variables:
        raise e.fail(
            "E0503", f"{name.text} is not a variable", name.span, hint=f"var {name.text}: f32 = 0.0 declares one"
        )
    value = node.arguments[1].value
    meaning = yield e.expression(scope, value)
    given = Given(meaning, value.span)
    bindings.assign_variable(e, scope.frame, path, e.variables[path], given, node.span)
    return Nothing()


def const(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`const(f32, [n, m], "base64…")`: large constant data, little-endian in C order."""
    given = []
    for argument in node.arguments:
        given.append(Given((yield e.expression(scope, argument.value)), argument.value.span))
    meanings = [g.meaning for g in given]
    match meanings:
        case [DTypeName(dtype), Items(items), Text() as text] if all(
            isinstance(i, Static) and isinstance(i.value, int) for i in items
        ):
            shape = tuple(int(i.value) for i in items if isinstance(i, Static) and isinstance(i.value, int))
        case _:
            raise e.fail(
                "E0309", "const takes a dtype, a shape and base64 text", node.span, hint='const(f32, [2], "…")'
            )
    try:
        array = decoded(base64.b64decode(e.text(text), validate=True), dtype).reshape(shape)
    except (binascii.Error, ValueError) as error:
        raise e.fail("E0309", f"the data of this constant doesn't fit {dtype}{list(shape)}", node.span) from error
    return e.at(scope.frame, node.span).constant(Constant(array, dtype))


def decoded(raw: bytes, dtype: DType) -> Array:
    """The elements of a `const`; strings are a JSON list.  Raises ValueError."""
    if dtype is STR:
        items = json.loads(raw)
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("no list of strings")
        return np.array(items, object)
    return np.frombuffer(raw, dtype.numpy.newbyteorder("<")).astype(dtype.numpy)


def dim(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`dim(min(n, 3))`: a size expression as a number, where min and max are those of sizes."""
    if len(node.arguments) != 1 or node.arguments[0].keyword is not None:
        raise e.fail("E0204", "dim takes a size", node.span, hint="dim(min(n, 3))")
    yield from ()
    size = written_types.size(e, node.arguments[0].value, lambda name: written_types.program_size(e, scope, name))
    return Static(size, node.span)


# ---------------------------------------------------------------- regions


def map_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`map(f, xs, …)`: f of each row, stacked."""
    given: list[Given] = []
    for argument in node.arguments:
        if argument.keyword is not None:
            raise e.fail("E0204", f"map has no argument {argument.keyword.text}", argument.span)
        given.append(Given((yield e.expression(scope, argument.value)), argument.value.span))
    if len(given) < 2:
        raise e.fail("E0204", "map takes a function and a tensor at least", node.span, hint="map(f, xs)")
    function = callable_of(e, given[0], "map")
    frame = scope.frame
    mapped = [e.tensor(frame, as_list(g.meaning), g.span) for g in given[1:]]
    for value, g in zip(mapped, given[1:], strict=True):
        if not value.type.shape:
            raise e.fail("E0311", f"map goes over rows, but this is a scalar {value.type}", g.span)
    body = yield body_region(e, scope, function, mapped, node)
    region, captures, tuple_result, counts = body
    if counts:  # the last row that the region takes is the number of the row
        length = mapped[0].type.shape[0]
        places = e.at(frame, node.span).emit(e.catalogue["arange"], (), (length, None, 1, I64)).results[0]
        mapped.append(places)
    try:
        made = e.at(frame, node.span).emit(e.catalogue["map"], (*mapped, *captures), (len(mapped),), (region,))
    except TypeRuleError as error:
        raise e.refuse(error, node.span, given[1:], mapped) from None
    return Items(made.results, node.span, is_tuple=True) if tuple_result else made.results[0]


def as_list(meaning: Meaning) -> Meaning:
    """A tuple of values of one type is a tensor for those that go over its rows."""
    return replace(meaning, is_tuple=False) if isinstance(meaning, Items) else meaning


def body_region(e: Elaborator, scope: Scope, function: Function, mapped: list[Value], node: syntax.CallExpr) -> Step:
    """`function` of one row of each tensor as a closed region: (region, captures, a tuple?, numbered?).

    If it draws random numbers, it also takes the number of the row, as the last one.
    """
    builder = Builder(e.catalogue, e.default_float, enclosing=scope.frame.builder)
    frame = Frame(builder, scope.frame, function)
    rows = []
    for i, value in enumerate(mapped):
        kind = TensorType(value.type.dtype, value.type.shape[1:])
        name = function.definition.parameters[i].name.text if i < len(function.definition.parameters) else f"x{i}"
        rows.append(bindings.parameter_node(e, name, kind, node.span))
    frame.given.update(dict.fromkeys(rows))
    e.arguments.update(zip(rows, mapped, strict=True))
    arguments = {
        p.name.text: Given(row, node.span) for p, row in zip(function.definition.parameters, rows, strict=False)
    }
    number = bindings.parameter_node(e, "i", TensorType(I64), node.span)
    frame.index = lambda: number
    if len(rows) > len(function.definition.parameters):
        raise e.fail("E0204", f"{function.name} takes {len(function.definition.parameters)} arguments", node.span)
    required = [
        p.name.text for p in function.definition.parameters if p.default is None and p.name.text not in arguments
    ]
    if required:
        raise e.fail("E0204", f"{function.name} needs an argument {required[0]}", node.span)
    result = yield traces.invoke(e, frame, function, arguments, node.span)
    if frame.state or frame.token is not None:
        effects = [frame.token] if frame.token is not None else []
        raise e.fail(
            "E0505",
            f"{function.name} has effects; rows of a map have no order",
            node.span,
            secondary=[Label(v.node.origin.span, "an effect") for v in effects],
            hint="move them out of the function",
        )
    outer = scope.frame
    unseen.leave(e, frame, outer, {row: (value,) for row, value in zip(rows, mapped, strict=True)})
    outer.calls += frame.calls
    for capture in frame.captures.values():
        outer.take(capture)
    items = result.items if isinstance(result, Items) else (result,)
    outputs = [e.tensor(frame, m, node.span) for m in items]
    counts = any(number in n.inputs for n in reachable(outputs, set(frame.builder.nodes)))
    if counts:
        rows.append(number)
    part = (frame.builder.nodes, rows, outputs)
    (region,), captures = close_loop(e.catalogue["parameter"], [part], Origin((node.span,)), e.default_float)
    return region, captures, isinstance(result, Items), counts


def with_vjp(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`with_vjp(rule, result, x, …)`: `result`, whose derivative by x, … is `rule(g, result, x, …)`.

    Of several results, `with_vjp(rule, (a, b), x, …)`, it is `rule(ga, gb, a, b, x, …)`."""
    given: list[Given] = []
    for argument in node.arguments:
        given.append(Given((yield e.expression(scope, argument.value)), argument.value.span))
    if len(given) < 3:
        raise e.fail("E0204", "with_vjp takes a rule, a result and parameters", node.span, hint="with_vjp(rule, y, x)")
    function = callable_of(e, given[0], "with_vjp")
    frame = scope.frame
    first, *rest = given[1:]
    several = isinstance(first.meaning, Items) and first.meaning.is_tuple
    results = first.meaning.items if isinstance(first.meaning, Items) and several else (first.meaning,)
    operands = [e.tensor(frame, m, first.span) for m in results]
    operands += [e.tensor(frame, g.meaning, g.span) for g in rest]
    inner = Frame(Builder(e.catalogue, e.default_float, enclosing=frame.builder), frame, function)
    names = [p.name.text for p in function.definition.parameters]
    if len(names) != len(operands) + len(results):
        what = "the cotangent" if len(results) == 1 else f"{len(results)} cotangents"
        raise e.fail("E0405", f"{function.name} must take {what} and {len(operands)} operands", given[0].span)
    kinds = [*[v.type for v in operands[: len(results)]], *[v.type for v in operands]]
    heads = [bindings.parameter_node(e, n, k, node.span) for n, k in zip(names, kinds, strict=True)]
    arguments = {n: Given(h, node.span) for n, h in zip(names, heads, strict=True)}
    result = yield traces.invoke(e, inner, function, arguments, node.span)
    frame.calls += inner.calls
    items = result.items if isinstance(result, Items) else (result,)
    outputs = [e.tensor(inner, m, node.span) for m in items]
    region = rule_region(e, inner, node, heads, outputs)
    b = e.at(frame, node.span)
    made = b.emit(e.catalogue["with_vjp"], operands, (len(outputs), len(results)), (region,)).results
    return replace(first.meaning, items=made) if isinstance(first.meaning, Items) and several else made[0]


def rule_region(e: Elaborator, frame: Frame, node: syntax.CallExpr, heads: list[Value], outputs: list[Value]) -> Graph:
    region, captures = close_region(
        e.catalogue["parameter"], frame.builder.nodes, heads, outputs, Origin((node.span,)), e.default_float
    )
    if captures:
        raise e.fail("E0405", "a rule passed to with_vjp reads its parameters only", node.span)
    return region
