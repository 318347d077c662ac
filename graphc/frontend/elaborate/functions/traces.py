"""Functions: specialised ("traced") once per signature, inlined as a template at each call.

A trace elaborates the body on parameters of the arguments' types and keeps the nodes.  It serves every later call whose
arguments have the same types, whose compile-time arguments are equal, and for which those numbers that the body looked
at (an axis, an exponent) are the same.  Values read from outside are captures: they are looked up anew at each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphc.frontend.elaborate.core import keys, written_types
from graphc.frontend.elaborate.core.calling import call_of
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope, Text, leaves, values_in
from graphc.frontend.elaborate.core.tape import marks
from graphc.frontend.elaborate.core.values import Nothing, Static, identical
from graphc.frontend.elaborate.derivatives import lineage, unseen
from graphc.frontend.elaborate.functions import rules
from graphc.frontend.elaborate.functions.inlining import inline, open_calls, present
from graphc.frontend.elaborate.functions.recursion import guarded
from graphc.frontend.elaborate.functions.templates import Trace, read_by
from graphc.frontend.elaborate.statements import bindings, bodies
from graphc.frontend.elaborate.terms.arguments import bind, signature
from graphc.ir.builder import Builder
from graphc.ir.graph import Node, Value, reachable
from graphc.ir.types import STR, TensorType
from graphc.source import Call, Origin, Span

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
        found, fresh = (None, False) if function.makes else (yield trace(e, frame, function, values, span))
        if found is None:
            return (yield in_place(e, frame, function, values, span))
        frame.calls.append((found, span))
        return inline(e, frame, found, values, span, fresh=fresh)
    finally:
        e.call = outer


def trace(e: Elaborator, frame: Frame, function: Function, values: list[Meaning], span: Span) -> Step:
    """The trace of a function for arguments of this kind, None if it gives a function; was it made now?"""
    key = tuple([signature(v) for v in values])
    tensors = [leaf for v in values for leaf in leaves(v)]
    for known in function.traces:
        if known.key == key and fits(frame, known, tensors):
            return known, False
    made = yield guarded(e, function, values, specialise(e, frame, function, key, values), span)
    if made is None:
        function.makes = True
        return None, False
    function.traces.append(made)
    e.traces.append(made)
    if e.traced is not None:
        e.traced(made)
    return made, True


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
    open_calls(caller)
    frame = Frame(caller.builder, caller, function)
    frame.call = Call(function.name, span, caller.call)
    frame.token, frame.first_token = caller.token, caller.first_token
    scope = Scope(function.scope, frame)
    for parameter, value in zip(function.definition.parameters, values, strict=True):
        scope.bind(parameter.name.text, value, parameter.name.span, "parameter")
        if parameter.type is not None:
            written_types.bind_sizes(e, scope, parameter.type, value)
    result = yield guarded(e, function, values, bodies.body(e, scope, function.definition.body), span)
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
    frame.calls_stay = True
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
    return finished(e, frame, function, key, result)


def finished(e: Elaborator, frame: Frame, function: Function, key: tuple[Any, ...], result: Meaning) -> Trace:
    """The trace of a body that has been elaborated in `frame`."""
    ends = [leaf for leaf in leaves(result) if isinstance(leaf, Value)]
    ends += [s.node for s in leaves(result) if isinstance(s, Static) and s.node is not None]
    ends += [*frame.state.values(), *((frame.token,) if frame.token is not None else ())]
    live = reachable(ends, set(frame.builder.nodes))
    nodes = [n for n in frame.builder.nodes if n in live]
    random_key = frame.keys.key if frame.keys is not None else None
    inside = {r for n in nodes for r in n.results} | set(frame.parameters)
    if random_key is not None:
        inside.add(random_key)
    outside = dict.fromkeys(v for n in nodes for v in n.inputs if v not in inside)
    outside.update(dict.fromkeys(v for v in ends if v not in inside))
    captures = frame.captures.values()
    lasting = [c for c in captures if c.scope.frame.parent is None and c.name not in frame.assigned]
    settled = {v for c in lasting for v in values_in(c.meaning)}
    homes = frozenset([c.scope.frame for c in captures]).union(*[t.homes for t in frame.inherits])
    called = [c.trace for n in nodes if (c := call_of(n)) is not None]
    made = Trace(
        function, key, dict(frame.needs), tuple(frame.parameters), nodes, result, dict(frame.captures),
        tuple(frame.inherits), homes, dict(frame.state), frame.first_token, frame.token, random_key,
        tuple(dict.fromkeys(v for v in ends if v.node in live)), tuple([v for v in outside if v not in settled]),
        False, read_by(nodes, frame.parameters), tuple(frame.calls), marks(e.tape, frame, nodes), tuple(frame.unseen),
        len(nodes) + sum([t.size - 1 for t in called]),
    )  # fmt: skip
    own = {v for c in captures for v in values_in(c.meaning)}
    made.closed = all(t.closed for t in called) and (own >= outside.keys() or made.captured >= outside.keys())
    return made


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
