"""Traces: specialised bodies of functions, and what a call of one copies.

A call inside a function stays one node (see calling.py).  What it stands for is worked out (`opened`) when the trace is
called from elsewhere, or when code looks at how its values were made: a derivative does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.calling import Called, call_of
from graphc.frontend.elaborate.core.remembered import Unseen
from graphc.frontend.elaborate.core.scopes import Capture, Frame, Function, Meaning, values_in
from graphc.frontend.elaborate.core.tape import Marks
from graphc.frontend.elaborate.functions.rooting import Frames, region_at_call, rooted
from graphc.ir.graph import Node, Value, named, put_in_place, reachable
from graphc.ir.op import Control
from graphc.ir.region import captured_once
from graphc.ir.types import Type
from graphc.source import Call, Origin, Span


@dataclass(slots=True, eq=False)
class Trace:
    """A specialised body.

    `key` describes the arguments; `numbers` the values of those numbers (and strings) that the body looked at, by
    position among the leaves; `parameters` the placeholder of each tensor leaf, `read` those that the nodes use.
    `random_key`, if it draws random numbers, is a parameter that each call gives another value.
    `own_captures` are those of the body itself; those of the traces that it `inherits` come to them.  They are bound in
    the code of `homes`.  `made` are the values that the nodes make for a caller: results, states and the last token;
    `free` those that they read from other functions' code.  `closed`: all that they read from outside are captures.
    `calls` are the calls of other traces in the body, and where they stand.  `marks` is what `backward` has to know of
    the copies; `unseen` are derivatives that may be wrong for other arguments.  `size`: how many nodes a call copies.
    """

    function: Function
    key: tuple[Any, ...]
    numbers: Mapping[int, Any]
    parameters: tuple[Value, ...]
    nodes: Sequence[Node]
    result: Meaning
    own_captures: Mapping[tuple[int, str], Capture]
    inherits: tuple[Trace, ...]
    homes: frozenset[Frame]
    state: Mapping[str, Value]
    first_token: Value | None
    token: Value | None
    random_key: Value | None
    made: tuple[Value, ...]
    free: tuple[Value, ...]
    closed: bool
    read: frozenset[Value]
    calls: tuple[tuple[Trace, Span], ...]
    marks: Marks | None
    unseen: tuple[Unseen, ...]
    size: int
    _captures: tuple[Capture, ...] | None = field(default=None, init=False, repr=False)
    _template: Template | None = field(default=None, init=False, repr=False)

    @property
    def captures(self) -> tuple[Capture, ...]:
        """What the body and the functions that it calls read from outside, by name."""
        if self._captures is None:
            found = dict(self.own_captures)
            queue = list(self.inherits)
            seen = set(queue)
            for other in queue:
                for place, capture in other.own_captures.items():
                    found.setdefault(place, capture)
                queue.extend(t for t in other.inherits if t not in seen)
                seen.update(other.inherits)
            self._captures = tuple(found.values())
        return self._captures

    @property
    def captured(self) -> set[Value]:
        return {v for c in self.captures for v in values_in(c.meaning)}

    @property
    def template(self) -> Template:
        """What a call copies, worked out once."""
        if self._template is None:
            if any(call_of(n) is not None for n in self.nodes):
                listed = opened(self.nodes)
                live = reachable(self.made, set(listed))
                self.nodes = [n for n in listed if n in live]
            self._template = template(self.nodes, self.first_token, self.parameters)
        return self._template


# ---------------------------------------------------------------- what a call copies

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


def template(nodes: Sequence[Node], first_token: Value | None, parameters: Sequence[Value]) -> Template:
    """What a call has to do.  The first token is the caller's."""
    positions: dict[Origin, int] = {}
    listed = []
    for node in nodes:
        if first_token is None or node is not first_token.node:
            plain = len(node.results) == 1 and not node.regions and node.op.name not in ("site", "random_key")
            first = node.results[0]
            copied = ((first.type,), (first.name,)) if plain else None
            listed.append((node, positions.setdefault(node.origin, len(positions)), copied))
    calls = dict.fromkeys(origin.call for origin in positions)
    return Template(tuple(listed), tuple(positions), tuple(calls), read_by(nodes, parameters))


def read_by(nodes: Sequence[Node], parameters: Sequence[Value]) -> frozenset[Value]:
    return frozenset({v for n in nodes for v in n.inputs}.intersection(parameters))


# ---------------------------------------------------------------- calls that stayed calls


def opened(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, what is called instead of each call; the values that code holds stay the same objects."""
    found: list[Node] = []
    for node in nodes:
        called = call_of(node)
        if called is None:
            found.append(node)
        else:
            found.extend(_expanded(node, called))
    return found


def _expanded(call: Node, called: Called) -> list[Node]:
    """What a call stands for, calls inside it included, without what nothing needs."""
    mapping: dict[Value, Value] = {}
    copies: list[Node] = []
    stack = [_Opening(call, called, mapping, call.origin.call)]
    while stack:
        this = stack[-1]
        inner = this.copy(mapping, copies)
        if inner is None:
            stack.pop()
            this.leave(mapping)
        else:
            stack.append(_Opening(*inner, mapping, rooted(inner[0].origin.call, this.frames)))
    ends = [mapping[r] for r in call.results]
    live = reachable(ends, set(copies))
    kept = [node for node in copies if node in live]
    put_in_place(kept, dict(zip(ends, call.results, strict=True)))
    return kept


class _Opening:
    """A call whose nodes are being copied.  `frames`: the call stacks inside it, rooted at the call at `caller`."""

    __slots__ = ("before", "called", "frames", "nodes", "regions", "results")

    def __init__(self, call: Node, called: Called, mapping: dict[Value, Value], caller: Call | None) -> None:
        self.called = called
        self.results = call.results
        self.frames: Frames = {None: Call(called.trace.function.name, call.origin.span, caller)}
        self.regions: dict[int, Origin] = {}
        self.nodes: Iterator[Node] = iter(called.trace.nodes)
        values = [mapping.get(v, v) for v in call.inputs[: len(called.given)]]
        self.before = {v: mapping.get(v) for v in called.given}
        mapping.update(zip(called.given, values, strict=True))

    def copy(self, mapping: dict[Value, Value], copies: list[Node]) -> tuple[Node, Called] | None:
        """Copy nodes up to the next call, which is given; None at the end."""
        trace, frames = self.called.trace, self.frames
        for node in self.nodes:
            inner = call_of(node)
            if inner is not None:
                return node, inner
            if trace.first_token is not None and node is trace.first_token.node:
                continue
            inputs = tuple([mapping.get(v, v) for v in node.inputs])
            attrs, regions, old = node.attrs, node.regions, node.origin
            if node.op.name == "site" and node.inputs[0] is trace.random_key:
                inputs, attrs = keys.inside(inputs[0], attrs)
            if isinstance(node.op, Control):
                regions = tuple([region_at_call(region, frames, self.regions) for region in regions])
            origin = Origin(old.spans, rooted(old.call, frames), old.derived)
            copy = node.copy(inputs, attrs=attrs, regions=regions, origin=origin)
            copies.append(captured_once(copy) if regions else copy)
            mapping.update(zip(node.results, copies[-1].results, strict=True))
        return None

    def leave(self, mapping: dict[Value, Value]) -> None:
        """The results of the call are known; what its values stand for is as it was before."""
        ends = [mapping[v] for v in self.called.made]
        for value, former in self.before.items():
            if former is None:
                del mapping[value]
            else:
                mapping[value] = former
        for result, end in zip(self.results, ends, strict=True):
            if end.name is None:
                named(end, result.name)
            mapping[result] = end
