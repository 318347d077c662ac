"""A call of a trace: its nodes are copied into the caller's code, or one node stands for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.calling import calling
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Capture, Frame, Items, Meaning, Scope, Text, leaves
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.derivatives import lineage, unseen
from graphc.frontend.elaborate.functions.rooting import Frames, region_at_call, rooted
from graphc.frontend.elaborate.functions.templates import Trace, opened
from graphc.frontend.elaborate.statements import bindings
from graphc.ir.graph import Node, Value
from graphc.ir.op import Control
from graphc.ir.region import captured_once
from graphc.source import Call, Origin, Span


def present(frame: Frame, capture: Capture) -> Meaning:
    """What a captured name means for a caller in `frame`."""
    binding = frame.sees(capture.scope, capture.name)
    assert binding is not None and binding.meaning is not None
    now = frame.value_of(capture.name, capture.scope.frame) if binding.kind == "variable" else None
    return now or binding.meaning


# ---------------------------------------------------------------- inlining


def inline(
    e: Elaborator,
    frame: Frame,
    known: Trace,
    values: Sequence[Meaning],
    span: Span,
    *,
    fresh: bool = False,
    entered: bool = False,
) -> Meaning:
    """A trace called in `frame` with these arguments; its result.

    `fresh`: it was made for this call.  `entered`: nothing calls it.
    """
    mapping: dict[Value, Value] = {}
    tensors = [leaf for v in values for leaf in leaves(v)]
    stays = frame.calls_stay and known.marks is None and not known.unseen and not entered
    read = known.read if stays else known.template.read
    for parameter, leaf in zip(known.parameters, tensors, strict=True):
        if isinstance(leaf, Value):
            mapping[parameter] = leaf
    for parameter, leaf in zip(known.parameters, tensors, strict=True):
        if not isinstance(leaf, Value) and parameter in read:
            mapping[parameter] = e.tensor(frame, leaf, span)
    if stays and fresh and not frame.state and frame not in known.homes:
        frame.inherits[known] = None
    else:
        mapping.update(captured(e, frame, known))
    if known.first_token is not None:
        mapping[known.first_token] = bindings.token(e, frame, span)
    if known.random_key is not None:
        mapping[known.random_key] = keys.at_place(e, frame, known.function.name, span)
    if stays:
        stay(e, frame, known, mapping, span)
    else:
        if known.marks is not None or known.unseen:
            open_calls(frame)
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


def captured(e: Elaborator, frame: Frame, known: Trace) -> Iterator[tuple[Value, Value]]:
    """What the trace reads from outside is read here: the values that were others then, with the present ones."""
    for capture in known.captures:
        now = present(frame, capture)
        if e.reading:
            capture.scope.bindings[capture.name].read = True
        frame.take(Capture(capture.scope, capture.name, now))
        for old, new in zip(leaves(capture.meaning), leaves(now), strict=True):
            if old is not new and isinstance(old, Value) and isinstance(new, Value):
                yield old, new


def stay(e: Elaborator, frame: Frame, known: Trace, mapping: dict[Value, Value], span: Span) -> None:
    """One node for a call inside a trace; `mapping` learns its results."""
    b = e.at(frame, span, frame.left_out + known.size)
    node = calling(known, mapping, b.origin)
    b.add(node)
    frame.left_out += known.size - 1
    mapping.update(zip([v for v in known.made if v not in mapping], node.results, strict=True))


def open_calls(frame: Frame) -> None:
    """Code of the function that `frame` is part of looks at how its values were made: no call stays one."""
    home = frame.home
    if home.calls_stay:
        home.calls_stay = False
        nodes = opened(home.builder.nodes)
        home.builder.nodes[:] = nodes
        home.builder.made.update(nodes)


def open_around(scope: Scope) -> None:
    """The same for the code of all functions that stand around, whose values it sees."""
    walk: Scope | None = scope
    while walk is not None:
        open_calls(walk.frame)
        walk = walk.parent


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
