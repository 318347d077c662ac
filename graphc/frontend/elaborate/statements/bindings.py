"""Statements: bindings, state and effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names, places, written_types
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope, Text
from graphc.frontend.elaborate.core.values import Nothing, Static, is_beyond
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.derivatives import grads
from graphc.frontend.elaborate.terms import index_updates, indexing, operators
from graphc.ir.graph import Node, Value
from graphc.ir.types import BOOL, TOKEN, WEAK_INT, DType, TensorType, Type
from graphc.source import Origin, Span


def parameter_node(e: Elaborator, name: str, kind: Type, span: Span) -> Value:
    """A parameter of a region under construction; it joins the region's nodes when that is closed."""
    node = Node(e.catalogue["parameter"], (), (name, kind), (), (kind,), Origin((span,)), (name,))
    return node.results[0]


# ---------------------------------------------------------------- effects and state


def token(e: Elaborator, frame: Frame, span: Span) -> Value:
    """The last token of a frame, the first one if there is none yet."""
    if frame.token is None:
        frame.token = frame.first_token = e.at(frame, span).emit(e.catalogue["token"], ()).results[0]
    return frame.token


def effect(e: Elaborator, frame: Frame, name: str, values: list[Value], attrs: tuple[Any, ...], span: Span) -> None:
    last = token(e, frame, span)
    b = e.at(frame, span)
    node = Node(e.catalogue[name], (last, *values), attrs, (), (TOKEN,), b.origin)
    b.add(node)
    frame.token = node.results[0]


def set_state(frame: Frame, name: str, value: Value, span: Span) -> None:
    """A variable has a new value, seen by everything that follows in this frame and its callers."""
    if frame.parent is not None:
        frame.assign(name, value)
        frame.written.setdefault(name)
        return
    scope = frame.top
    assert scope is not None
    scope.bind(name, value, span, "variable")


def assign_variable(
    e: Elaborator, frame: Frame, name: str, declared: Value, given: Given, span: Span, written: str = ""
) -> None:
    """Give a variable a new value of its own type.  `written`: the value as text, if its span isn't just that."""
    wanted: TensorType = declared.type
    found = e.dtype_of(given.meaning, given.span)
    where = [Label(declared.node.origin.span, f"{name} is declared {wanted}")]
    if found is not wanted.dtype and not implicit(found, wanted.dtype):
        raise e.fail(
            "E0503",
            f"{name} is {wanted}, but its new value is {found}",
            given.span,
            secondary=where,
            hint=written_types.cast_hint(found, wanted.dtype, written or given.span.text, f"cast it: {name} = "),
        )
    value = e.tensor(frame, given.meaning, given.span, wanted.dtype)
    if value.type.shape != wanted.shape:
        raise e.fail(
            "E0503",
            f"{name} is {wanted}, but its new value is {value.type}",
            given.span,
            secondary=where,
            hint="a variable keeps its shape: reduce or reshape the value",
        )
    set_state(frame, name, value, span)


def implicit(found: DType, wanted: DType) -> bool:
    """May a value become `wanted` without a cast being written?  Never float to int, never to or from bool."""
    if found.weak:
        return wanted.is_float or (found is WEAK_INT and wanted.is_integer)
    return wanted.is_float and (found.is_integer or (found.is_float and found.bits < wanted.bits))


DECLARED = ("input", "variable", "function", "import", "module", "instance", "state")


def check_new(e: Elaborator, scope: Scope, name: syntax.Name) -> None:
    """Declarations can't redefine each other in one scope; one in a loop that is written out comes by again."""
    old = scope.bindings.get(name.text)
    if old is not None and old.kind in DECLARED and old.span != name.span:
        raise e.fail(
            "E0202",
            f"{name.text} is declared twice",
            name.span,
            secondary=[Label(old.span, "first here")],
            hint="choose another name",
        )


def assertion(e: Elaborator, scope: Scope, statement: syntax.Assert) -> Step:
    condition = yield e.expression(scope, statement.condition)
    message = None
    if statement.message is not None:
        said = yield e.expression(scope, statement.message)
        if not isinstance(said, Text):
            text = statement.message.span.text
            hint = f'assert {statement.condition.span.text}, "{text}"' if '"' not in text else None
            raise e.fail(
                "E0308",
                "the message of an assert is a string that is known before the run",
                statement.message.span,
                hint=hint,
            )
        message = e.text(said)
    value = e.tensor(scope.frame, condition, statement.condition.span)
    if value.type.dtype is not BOOL or value.type.shape:
        hint = (
            f"all({statement.condition.span.text})"
            if value.type.dtype is BOOL
            else f"{statement.condition.span.text} != 0"
        )
        raise e.fail("E0304", f"assert takes a boolean scalar, not {value.type}", statement.condition.span, hint=hint)
    effect(e, scope.frame, "assert", [value], (message,), statement.span)


# ---------------------------------------------------------------- bindings


def assign(e: Elaborator, scope: Scope, statement: syntax.Assign) -> Step:
    """`target [: type] = value`."""
    check_instances(e, scope, statement.target)
    outer, e.places = e.places, {}
    try:
        places.mark_target(e, scope, statement.target, statement.value)
        meaning = yield e.expression(scope, statement.value)
    finally:
        e.places = outer
    if isinstance(statement.value, syntax.NoneLiteral):
        name = statement.target.span.text
        raise e.fail(
            "E0208", "None is no value", statement.value.span, hint=f"begin with a number or zeros: {name} = 0.0"
        )
    if isinstance(meaning, Nothing):
        raise e.fail("E0208", "this call has no value", statement.value.span, hint="call it on a line of its own")
    given = Given(meaning, statement.value.span)
    if statement.annotation is not None:
        given = annotated(e, scope, statement.annotation, given)
    yield bind_target(e, scope, statement.target, given, statement.span)
    if scope.home is not None and isinstance(statement.target, syntax.Name) and places.instances([meaning]):
        scope.bindings[statement.target.text].kind = "instance"


def check_instances(e: Elaborator, scope: Scope, target: syntax.Expr) -> None:
    """Raise E0202 if a name of an instance would be bound again."""
    names_ = target.items if isinstance(target, syntax.Tuple) else (target,)
    for name in names_:
        old = scope.bindings.get(name.text) if isinstance(name, syntax.Name) else None
        if old is not None and old.kind == "instance":
            raise e.fail(
                "E0202",
                f"{name.span.text} is {describe_instance(old.meaning)}; it can't be bound again",
                name.span,
                secondary=[Label(old.span, "made here")],
                hint=f"choose another name: {name.span.text}2 = …",
            )


def describe_instance(meaning: Meaning | None) -> str:
    return "a list of instances" if meaning is None or isinstance(meaning, Items) else describe(meaning)


def annotated(e: Elaborator, scope: Scope, annotation: syntax.TypeExpr, given: Given) -> Given:
    """The value, which must have the annotated type; a weak one takes it."""
    wanted, places = written_types.declared(e, scope, annotation)
    found = e.dtype_of(given.meaning, given.span)
    if found is not wanted.dtype and not implicit(found, wanted.dtype):
        code = "E0316" if found.is_float and wanted.dtype.is_integer else "E0313"
        raise e.fail(
            code,
            f"the value is {found}, but {annotation.span.text} is written",
            given.span,
            secondary=[Label(annotation.span, "written here")],
            hint=written_types.cast_hint(found, wanted.dtype, given.span.text),
        )
    value = e.tensor(scope.frame, given.meaning, given.span, wanted.dtype)
    if value.type.shape != wanted.shape:
        raise e.fail(
            "E0313",
            f"the value is {value.type}, but {annotation.span.text} is written",
            given.span,
            f"is {value.type}",
            secondary=[Label(annotation.span, "written here")],
            hint=f"write {value.type}",
        )
    if value is not given.meaning:
        e.declared.setdefault(value, places)
    return Given(value, given.span)


def bind_target(e: Elaborator, scope: Scope, target: syntax.Expr, given: Given, span: Span) -> Step:
    """Bind a name, the names of a tuple, or an updated copy for `x[i] = v`."""
    match target:
        case syntax.Name() | syntax.Attribute():
            bind_name(e, scope, place(e, scope, target), given)
        case syntax.Tuple(targets) | syntax.List(targets):
            parts = unpacked(e, scope.frame, target, given, len(targets))
            for part, meaning in zip(targets, parts, strict=True):
                yield bind_target(e, scope, part, Given(meaning, given.span), span)
        case syntax.Index(syntax.Name() | syntax.Attribute() as inner):
            name = place(e, scope, inner)
            check_updatable(e, scope, name, target)
            updated = yield index_updates.update(e, scope, target, given)
            bind_name(e, scope, name, Given(updated, span))
        case _:
            raise e.fail("E0109", "this can't be assigned to", target.span, hint="assign to a name, or to x[i]")


def place(e: Elaborator, scope: Scope, target: syntax.Expr) -> syntax.Name:
    """The name that an assignment to `target` binds: a word, or the path of a variable."""
    found = grads.place(e, scope, target) if isinstance(target, syntax.Attribute) else None
    name = found or places.target(e, scope, target)
    if name is None:
        raise e.fail("E0109", "this can't be assigned to", target.span, hint="assign to a name, or to x[i]")
    return name


def check_updatable(e: Elaborator, scope: Scope, name: syntax.Name, target: syntax.Index) -> None:
    """Inputs stay what they are: raise E0202."""
    found = scope.find(name.text)
    if found is not None and scope.within(found[0]) and found[1].kind == "input":
        index = Span(target.span.source, name.span.end, target.span.end).text
        raise e.fail(
            "E0202",
            f"{name.text} is an input; its items can't be assigned",
            target.span,
            secondary=[Label(found[1].span, "declared here")],
            hint=f"assign to a copy: {name.text}2 = {name.text}; {name.text}2{index} = …",
        )


def unpacked(e: Elaborator, frame: Frame, target: syntax.Expr, given: Given, count: int) -> Sequence[Meaning]:
    """The items of a list, or of a tensor along its first axis, for so many names."""
    meaning, place = given.meaning, [Label(target.span, f"{count} names")]
    if isinstance(meaning, Items):
        if len(meaning.items) != count:
            values = len(meaning.items)
            found = f"{count} names can't take {values} value{'s' if values != 1 else ''}"
            raise e.fail("E0309", found, given.span, secondary=place)
        return meaning.items
    if not isinstance(meaning, Value) or not isinstance(meaning.type, TensorType) or not meaning.type.shape:
        scalar = isinstance(meaning, Value) and isinstance(meaning.type, TensorType)
        found = f"{count} names can't take {'a scalar' if scalar else describe(meaning)}"
        raise e.fail("E0309", found, given.span, secondary=place)
    size = meaning.type.shape[0]
    if size != count:
        hint = None
        if not isinstance(size, int):
            parts = ", ".join(f"{given.span.text}[{i}]" for i in range(count))
            hint = f"if {size} is always {count}, declare it as {count}" if str(size).isidentifier() else parts
        items = "item" if size == 1 else "items"
        found = f"{count} names can't take the {size} {items} of {meaning.type}"
        raise e.fail("E0309", found, given.span, secondary=place, hint=hint)
    return [indexing.row(e, frame, meaning, i, given.span) for i in range(count)]


def bind_name(e: Elaborator, scope: Scope, name: syntax.Name, given: Given, written: str = "") -> None:
    """A new meaning for a name, or a new value for a variable (`written`: see `assign_variable`)."""
    found = names.find(e, scope, name.text)
    if found is not None:
        home, binding, path = found
        if binding.kind == "variable" and binding.meaning is not None:
            if scope.within(home) or of_own_module(scope, name.text):
                assign_variable(e, scope.frame, path, e.variables[path], given, name.span, written)
                return
            raise e.fail(
                "E0501",
                f"{name.span.text} is a variable of the program; a function can't assign to it like this",
                name.span,
                secondary=[Label(([span for _, span in binding.earlier] or [binding.span])[0], "declared here")],
                hint=f"assign({name.span.text}, {written or given.span.text})",
            )
        if scope.within(home) and binding.kind in FIXED:
            kind = FIXED[binding.kind]
            raise e.fail(
                "E0202",
                f"{name.text} is {kind}; it can't be bound again",
                name.span,
                secondary=[Label(binding.span, "declared here")],
                hint=f"choose another name: {name.text}2 = …",
            )
    scope.bind(name.text, hold(e, scope.frame, name, given), name.span)


FIXED = {"input": "an input", "function": "a function", "import": "an imported name", "module": "a module"}


def of_own_module(scope: Scope, name: str) -> bool:
    """Is it a variable of the module whose method this is?"""
    found = scope.find(name)
    return found is not None and found[1].kind == "state"


def hold(e: Elaborator, frame: Frame, name: syntax.Name, given: Given) -> Meaning:
    """The meaning that a name holds: a number gets a node of its own, a fresh value gets the name."""
    meaning = given.meaning
    if isinstance(meaning, Static) and meaning.named is None:
        held = Static(meaning.value, meaning.span, meaning.op, meaning.operands, meaning.needs, meaning.dtype)
        held.node, held.frame = meaning.node, meaning.frame
        if is_beyond(held):  # exact, as long as it is known now
            return held
        held.node = e.node(frame, held)
        held.named = name.text
        if held.node.name is None:
            frame.builder.name(held.node, name.text)
        return held
    if isinstance(meaning, Text) and (meaning.node is None or meaning.frame is not frame):
        node = e.tensor(frame, meaning, meaning.span)
        frame.builder.name(node, name.text)
        return Text(meaning.value, meaning.span, node, frame, meaning.needs)
    if isinstance(meaning, Items) and meaning.is_tuple:
        named = [(syntax.Name(f"{name.text}_{i}", name.span), m) for i, m in enumerate(meaning.items)]
        return replace(meaning, items=tuple([hold(e, frame, n, Given(m, given.span)) for n, m in named]))
    if isinstance(meaning, Items) and meaning.items and e.is_regular(meaning):
        meaning = e.stack(frame, meaning, None)
    if isinstance(meaning, Value) and meaning.name is None:
        frame.builder.name(meaning, name.text)
    return meaning


def augmented(e: Elaborator, scope: Scope, statement: syntax.AugAssign) -> Step:
    """`target op= value`."""
    target, op = statement.target, operators.INFIX[statement.op]
    name = place(e, scope, target.value if isinstance(target, syntax.Index) else target)
    written = ""
    if isinstance(target, syntax.Index):
        check_updatable(e, scope, name, target)
        result = yield index_updates.augment(e, scope, target, op, statement.value)
    else:
        old = Given(names.lookup(e, scope, name), target.span)
        given = Given((yield e.expression(scope, statement.value)), statement.value.span)
        result = operators.binary(e, scope.frame, op, old, given, statement.span)
        written = f"{name.text} {statement.op} {statement.value.span.text}"
    bind_name(e, scope, name, Given(result, statement.span), written)
