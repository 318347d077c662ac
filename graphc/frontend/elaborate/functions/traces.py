"""Functions: specialised ("traced") once per signature, inlined as a template at each call.

A trace elaborates the body on parameters of the arguments' types and keeps the nodes.  It serves every later call whose
arguments have the same types, whose compile-time arguments are equal, and for which those numbers that the body looked
at (an axis, an exponent) are the same.  Values read from outside are captures: they are looked up anew at each call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from graphc.diagnostics import Label
from graphc.frontend.elaborate.core import keys, written_types
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Capture, Frame, Function, Items, Meaning, Scope, Text, Unseen, leaves
from graphc.frontend.elaborate.core.tape import Marks, marks
from graphc.frontend.elaborate.core.values import Nothing, Static, identical
from graphc.frontend.elaborate.derivatives import lineage, unseen
from graphc.frontend.elaborate.functions import rules
from graphc.frontend.elaborate.functions.rooting import Frames, region_at_call, rooted
from graphc.frontend.elaborate.statements import bindings, bodies
from graphc.frontend.elaborate.terms.arguments import bind, signature
from graphc.ir.builder import Builder
from graphc.ir.graph import Node, Value, reachable
from graphc.ir.op import Control
from graphc.ir.region import captured_once
from graphc.ir.types import STR, TensorType, Type
from graphc.source import Call, Origin, Span


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A specialised body.

    `key` describes the arguments; `numbers` the values of those numbers (and strings) that the body looked at, by
    position among the leaves; `parameters` the placeholder of each tensor leaf.  `random_key`, if it draws random
    numbers, is a parameter that each call gives another value.  `closed`: every value from outside is a capture.
    `calls` are the calls of other traces in the body, and where they stand.  `template` is what a call copies, `marks`
    what `backward` has to know of the copies; `unseen` are derivatives that may be wrong for other arguments.
    """

    function: Function
    key: tuple[Any, ...]
    numbers: Mapping[int, Any]
    parameters: tuple[Value, ...]
    nodes: tuple[Node, ...]
    result: Meaning
    captures: tuple[Capture, ...]
    state: Mapping[str, Value]
    first_token: Value | None
    token: Value | None
    random_key: Value | None
    closed: bool
    calls: tuple[tuple[Trace, Span], ...]
    template: Template = field(repr=False)
    marks: Marks | None
    unseen: tuple[Unseen, ...]


Plain: TypeAlias = "tuple[tuple[Type, ...], tuple[str | None, ...]]"


@dataclass(frozen=True, slots=True)
class Template:
    """The nodes of a trace.  `read`: the parameters they use; `calls`: the innermost calls that they come from.

    Each with the position of its origin in `origins`, and the types and names of its results if copying it is all that
    a call does; None for nodes with regions and random keys.
    """

    nodes: tuple[tuple[Node, int, Plain | None], ...]
    origins: tuple[Origin, ...]
    calls: tuple[Call | None, ...]
    read: frozenset[Value]


# ---------------------------------------------------------------- calls


def call(e: Elaborator, frame: Frame, function: Function, arguments: Sequence[Argument], span: Span) -> Step:
    """Call a function: find or make its trace for these arguments, then inline it."""
    bound = bind(e, function, arguments, span)
    return (yield invoke(e, frame, function, bound, span))


def invoke(e: Elaborator, frame: Frame, function: Function, bound: dict[str, Given], span: Span) -> Step:
    if function.through is not None:
        return (yield function.through(e, frame, function, bound, span))
    outer = e.call
    e.call = Call(function.name, span, outer)
    try:
        values: list[Meaning] = []
        sizes: dict[str, Any] = {}
        for parameter in function.definition.parameters:
            given = bound.get(parameter.name.text)
            if given is None:
                assert parameter.default is not None
                meaning = yield e.expression(function.scope, parameter.default)
                given = Given(meaning, parameter.default.span)
            if parameter.type is not None:
                given = written_types.fit(e, function, parameter, given, frame, sizes)
            values.append(given.meaning)
        found = None if function.makes else (yield trace(e, frame, function, values, span))
        if found is None:
            return (yield in_place(e, frame, function, values, span))
        frame.calls.append((found, span))
        return inline(e, frame, found, values, span)
    finally:
        e.call = outer


def trace(e: Elaborator, frame: Frame, function: Function, values: list[Meaning], span: Span) -> Step:
    """The trace of a function for arguments of this kind; None if it gives a function."""
    key = tuple([signature(v) for v in values])
    tensors = [leaf for v in values for leaf in leaves(v)]
    for known in function.traces:
        if known.key == key and fits(frame, known, tensors):
            return known
    made = yield guarded(e, function, specialise(e, frame, function, key, values), span)
    if made is None:
        function.makes = True
        return None
    function.traces.append(made)
    e.traces.append(made)
    if e.traced is not None:
        e.traced(made)
    return made


def guarded(e: Elaborator, function: Function, step: Step, span: Span) -> Step:
    """The step of a function's body, which may not call the function again.  Raises Failure E0205."""
    if function.tracing:
        raise e.fail(
            "E0205",
            f"{function.name} calls itself",
            span,
            secondary=[Label(function.definition.head, "defined here")],
            hint="recursion is not part of the language: use map(f, xs), or write the steps out",
        )
    function.tracing = function.called = True
    try:
        return (yield step)
    finally:
        function.tracing = False


def fits(frame: Frame, known: Trace, tensors: Sequence[Value | Static | Text]) -> bool:
    """Does a trace serve these arguments and the present meaning of its captures?

    Its nodes read values and know no names: what was one value for two names must be one still.
    """
    for position, number in known.numbers.items():
        leaf = tensors[position]
        if isinstance(leaf, Value) or not identical(leaf.value, number):
            return False
    changed: dict[Value, Value] = {}
    meant: dict[Value, Value] = {}
    for capture in known.captures:
        found = frame.sees(capture.scope, capture.name)
        if found is None or found.meaning is None:
            return False
        now, then = present(frame, capture), capture.meaning
        if now is then:
            if any(meant.setdefault(v, v) is not v for v in leaves(then) if isinstance(v, Value)):
                return False
            continue
        if not (isinstance(now, Value) and isinstance(then, Value) and now.type == then.type and known.closed):
            return False
        if meant.setdefault(then, now) is not now:
            return False
        changed[then] = now
    return not changed or unseen.serves(frame, known.unseen, changed)


def present(frame: Frame, capture: Capture) -> Meaning:
    """What a captured name means for a caller in `frame`."""
    binding = frame.sees(capture.scope, capture.name)
    assert binding is not None and binding.meaning is not None
    walk: Frame | None = frame
    while binding.kind == "variable" and walk is not None and walk is not capture.scope.frame:
        if capture.name in walk.state:
            return walk.state[capture.name]
        walk = walk.parent
    return binding.meaning


# ---------------------------------------------------------------- tracing


def gives_function(result: Meaning, frame: Frame) -> bool:
    """Is there a function in the result that sees names of `frame`?"""
    stack = [result]
    while stack:
        match stack.pop():
            case Function(scope=scope) if scope.frame is frame:
                return True
            case Items(items):
                stack.extend(items)
    return False


def in_place(e: Elaborator, caller: Frame, function: Function, values: list[Meaning], span: Span) -> Step:
    """The result of a call whose body becomes part of the caller's code, its names with what they mean there."""
    frame = Frame(caller.builder, caller, function)
    frame.call = Call(function.name, span, caller.call)
    frame.token, frame.first_token = caller.token, caller.first_token
    scope = Scope(function.scope, frame)
    for parameter, value in zip(function.definition.parameters, values, strict=True):
        scope.bind(parameter.name.text, value, parameter.name.span, "parameter")
        if parameter.type is not None:
            written_types.bind_sizes(e, scope, parameter.type, value)
    result = yield guarded(e, function, bodies.body(e, scope, function.definition.body), span)
    for capture in frame.captures.values():
        caller.take(capture)
    for name, state in frame.state.items():
        bindings.set_state(caller, name, state, span)
    caller.token, caller.first_token = frame.token, frame.first_token
    caller.calls += frame.calls
    caller.unseen += frame.unseen
    scope.frame = caller
    return Nothing() if result is None else result


def specialise(e: Elaborator, caller: Frame, function: Function, key: tuple[Any, ...], values: list[Meaning]) -> Step:
    """Elaborate the body on parameters like `values`."""
    frame = Frame(Builder(e.catalogue, e.default_float, enclosing=caller.builder), caller, function)
    keys.from_the_call(e, frame)
    scope = Scope(function.scope, frame)
    for parameter, value in zip(function.definition.parameters, values, strict=True):
        name = parameter.name.text
        scope.bind(name, placeholder(e, frame, name, value, parameter.span), parameter.name.span, "parameter")
        if parameter.type is not None:
            written_types.bind_sizes(e, scope, parameter.type, value)
    result = yield bodies.body(e, scope, function.definition.body)
    if result is None:
        result = Nothing()
    if gives_function(result, frame):
        return None
    if function.definition.vjp is not None:
        result = yield rules.attach(e, scope, function, result)
    result = with_nodes(e, frame, result, function.definition.head)
    lineage.check_hooks(e, frame)
    ends = [leaf for leaf in leaves(result) if isinstance(leaf, Value)]
    ends += [s.node for s in leaves(result) if isinstance(s, Static) and s.node is not None]
    ends += [*frame.state.values(), *((frame.token,) if frame.token is not None else ())]
    live = reachable(ends, set(frame.builder.nodes))
    nodes = tuple([n for n in frame.builder.nodes if n in live])
    captures = tuple(frame.captures.values())
    captured = {v if isinstance(v, Value) else v.node for c in captures for v in leaves(c.meaning)}
    random_key = frame.keys.key if frame.keys is not None else None
    inside = {r for n in nodes for r in n.results} | set(frame.parameters)
    if random_key is not None:
        inside.add(random_key)
    free = {v for n in nodes for v in n.inputs if v not in inside} | {v for v in ends if v not in inside}
    return Trace(
        function, key, dict(frame.needs), tuple(frame.parameters), nodes, result, captures, dict(frame.state),
        frame.first_token, frame.token, random_key, free <= captured, tuple(frame.calls),
        template(nodes, frame.first_token, frame.parameters), marks(e.tape, frame, nodes), tuple(frame.unseen),
    )  # fmt: skip


def template(nodes: Sequence[Node], first_token: Value | None, parameters: Sequence[Value]) -> Template:
    """What a call has to do, worked out once.  The first token is the caller's."""
    positions: dict[Origin, int] = {}
    listed = []
    for node in nodes:
        if first_token is None or node is not first_token.node:
            plain = len(node.results) == 1 and not node.regions and node.op.name not in ("site", "random_key")
            first = node.results[0]
            copied = ((first.type,), (first.name,)) if plain else None
            listed.append((node, positions.setdefault(node.origin, len(positions)), copied))
    read = {v for n in nodes for v in n.inputs}
    calls = dict.fromkeys(origin.call for origin in positions)
    return Template(tuple(listed), tuple(positions), tuple(calls), frozenset(read.intersection(parameters)))


def placeholder(e: Elaborator, frame: Frame, name: str, value: Meaning, span: Span) -> Meaning:
    """The parameter that stands for an argument inside a trace."""
    if not isinstance(value, Value | Static | Items | Text):
        return value
    if isinstance(value, Items):
        return replace(value, items=tuple([placeholder(e, frame, name, m, span) for m in value.items]), span=span)
    kind = value.type if isinstance(value, Value) else TensorType(STR if isinstance(value, Text) else value.dtype)
    b = frame.builder
    b.origin = Origin((span,))
    node = Node(e.catalogue["parameter"], (), (name, kind), (), (kind,), b.origin, (name,))
    parameter = node.results[0]
    position = len(frame.parameters)
    frame.parameters.append(parameter)
    if isinstance(value, Value):
        e.arguments[parameter] = value
        return parameter
    frame.numbers[position] = value.value
    needs = ((frame, position), *value.needs)
    if isinstance(value, Text):
        return Text(value.value, span, parameter, frame, needs)
    static = Static(value.value, span, needs=needs, dtype=value.dtype)
    static.node = parameter
    static.named = name
    return static


def with_nodes(e: Elaborator, frame: Frame, result: Meaning, span: Span) -> Meaning:
    """A result whose numbers have nodes; a number among them belongs to this trace's arguments only.

    An argument that is given back is that of each call.
    """
    match result:
        case Static() | Text() if result.node is not None and result.node in frame.parameters:
            return result
        case Static():
            e.look(result)
            needs = tuple(n for n in result.needs if n[0] is not frame)
            settled = Static(result.value, result.span, needs=needs, dtype=result.dtype)
            if result.literal:
                return settled
            settled.node = e.node(frame, result)
            settled.named = result.named
            return settled
        case Text():
            return Text(e.text(result), result.span, needs=tuple(n for n in result.needs if n[0] is not frame))
        case Items(items):
            return replace(result, items=tuple([with_nodes(e, frame, m, span) for m in items]))
        case _:
            return result


# ---------------------------------------------------------------- inlining


def inline(
    e: Elaborator, frame: Frame, known: Trace, values: Sequence[Meaning], span: Span, *, entered: bool = False
) -> Meaning:
    """The nodes of a trace, appended to `frame` with these arguments; its result.  `entered`: nothing calls it."""
    mapping: dict[Value, Value] = {}
    tensors = [leaf for v in values for leaf in leaves(v)]
    for parameter, leaf in zip(known.parameters, tensors, strict=True):
        if isinstance(leaf, Value):
            mapping[parameter] = leaf
    for parameter, leaf in zip(known.parameters, tensors, strict=True):
        if not isinstance(leaf, Value) and parameter in known.template.read:
            mapping[parameter] = e.tensor(frame, leaf, span)
    for capture in known.captures:
        now = present(frame, capture)
        if e.reading:
            capture.scope.bindings[capture.name].read = True
        frame.take(Capture(capture.scope, capture.name, now))
        for old, new in zip(leaves(capture.meaning), leaves(now), strict=True):
            if old is not new and isinstance(old, Value) and isinstance(new, Value):
                mapping[old] = new
    if known.first_token is not None:
        mapping[known.first_token] = bindings.token(e, frame, span)
    if known.random_key is not None:
        mapping[known.random_key] = keys.at_place(e, frame, known.function.name, span)
    copy_nodes(e, frame, known, mapping, span, None if entered else Call(known.function.name, span, frame.call))
    if known.marks is not None:
        lineage.copied(e, frame, known.marks, mapping, span)
    if known.unseen:
        unseen.called(e, frame, known.unseen, known.parameters, mapping)
    for name, value in known.state.items():
        bindings.set_state(frame, name, mapping.get(value, value), span)
    if known.token is not None:
        frame.token = mapping.get(known.token, known.token)
    return translate(known.result, mapping, dict(zip(known.parameters, tensors, strict=True)))


def copy_nodes(
    e: Elaborator, frame: Frame, known: Trace, mapping: dict[Value, Value], span: Span, root: Call | None
) -> None:
    """Copies of a trace's nodes, their call stacks rooted at this call."""
    frames: Frames = {None: root}
    for call in known.template.calls:
        rooted(call, frames)
    origins = [Origin(o.spans, frames[o.call], o.derived) for o in known.template.origins]
    b = e.at(frame, span, len(known.nodes))
    nodes, start = b.nodes, len(b.nodes)
    inside: dict[int, Origin] = {}
    get, append = mapping.get, nodes.append
    site, random_key = e.catalogue["site"], e.catalogue["random_key"]
    for node, position, plain in known.template.nodes:
        inputs = tuple([get(v, v) for v in node.inputs])
        if plain is not None:
            copy = Node(node.op, inputs, node.attrs, (), plain[0], origins[position], plain[1])
            (mapping[node.results[0]],) = copy.results
            append(copy)
            continue
        if node.op is random_key:
            mapping[node.results[0]] = keys.of_run(e, frame, span)
            continue
        attrs, regions = node.attrs, node.regions
        if node.op is site and node.inputs[0] is known.random_key:
            inputs, attrs = keys.inside(inputs[0], attrs)
        if isinstance(node.op, Control):
            regions = tuple([region_at_call(region, frames, inside) for region in regions])
        copy = captured_once(node.copy(inputs, attrs=attrs, regions=regions, origin=origins[position]))
        mapping.update(zip(node.results, copy.results, strict=True))
        append(copy)
    b.made.update(nodes[start:])


def translate(result: Meaning, mapping: Mapping[Value, Value], given: Mapping[Value, Value | Static | Text]) -> Meaning:
    """The result of a trace for a call; `given`: the arguments that its parameters stand for."""
    match result:
        case Static() | Text() if result.node is not None and result.node in given:
            return given[result.node]
        case Value():
            return mapping.get(result, result)
        case Static():
            if result.node is None:
                return result
            copy = Static(result.value, result.span, needs=result.needs, dtype=result.dtype)
            copy.node = mapping.get(result.node, result.node)
            copy.named = result.named
            return copy
        case Items(items):
            return replace(result, items=tuple([translate(m, mapping, given) for m in items]))
        case _:
            return result
