"""reuse: a loop that repeats what another one does is that one.

Differentiation runs a loop again to keep what its steps started from.  Where the first run is there for its own sake,
it can keep that itself.

A loop repeats another if it goes over the same, decides by the same, and each value that it carries is one that the
other carries.  Which are the same is found by refinement: values that start alike are taken to be equal until a step
computes different things from equal ones.  What remains equal is equal after any number of steps.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphc.ir.equal import attributes_key
from graphc.ir.graph import Graph, Node, Output, Value, reachable
from graphc.ir.layout import Loop
from graphc.ir.narrowing import is_choice, is_loop
from graphc.ir.op import Control, Creation, Effect, Op
from graphc.ir.region import tidy
from graphc.ir.types import TOKEN
from graphc.passes.cse import key, swappable
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import everywhere, relocate
from graphc.passes.wording import written
from graphc.source import Origin

NEAREST = 16  # earlier loops over the same that one is compared with

Numbers = dict[Value, int]  # equal for equal values
Table = dict[Hashable, int]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A loop that repeats another; by number, which of their carried values are equal."""

    node: Node
    first: Sequence[int]
    own: Sequence[int]


def _reuse(graph: Graph, context: Context) -> Graph:
    repeats = _repeats(graph, context)
    if not repeats:
        return graph
    gone = {r.node for found in repeats.values() for r in found}
    mapping: dict[Value, Value] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node in gone:
            continue
        moved = relocate(node, mapping)
        places: dict[Value, int] = {}
        for repeat in repeats.get(node, ()):
            moved, found = _merged(moved, repeat, mapping, context)
            places.update(zip(repeat.node.results, found, strict=True))
            context.tell("reuse", moved.origin, partial(_told, node))
        if moved is not node:
            mapping.update(zip(node.results, moved.results, strict=False))
        mapping.update({value: moved.results[i] for value, i in places.items()})
        nodes.append(moved)
    context.follow(mapping)
    return graph.with_nodes(nodes, mapping)


def _told(node: Node) -> str:
    return f"{written(node)} runs once"


# ---------------------------------------------------------------- which loops repeat which


def _repeats(graph: Graph, context: Context) -> dict[Node, list[Repeat]]:
    """For each loop that others repeat, these."""
    spaces: dict[Hashable, list[Node]] = {}
    found: dict[Node, list[Repeat]] = {}
    place = {node: i for i, node in enumerate(graph.nodes)} if sum(map(is_loop, graph.nodes)) > 1 else {}
    for node in graph.nodes if place else ():
        if not is_loop(node):
            continue
        earlier = spaces.setdefault(_space(node), [])
        repeat = None
        if not any(r.type is TOKEN or r in context.keep for r in node.results):
            for first in reversed(earlier[-NEAREST:]):
                available = all(v.node.op is not None and place.get(v.node, -1) < place[first] for v in _captures(node))
                repeat = _repeat(first, node, swappable(context)) if available else None
                if repeat is not None:
                    found.setdefault(first, []).append(repeat)
                    break
        if repeat is None:
            earlier.append(node)
    return found


def _space(node: Node) -> Hashable:
    """Equal for loops of the same steps."""
    loop = _layout(node)
    head = tuple(_outside(v, {}) for v in node.inputs[: loop.head])
    return node.op, head, attributes_key(loop.resized(0, 0)), loop.mapped > 0


def _repeat(first: Node, node: Node, commutative: set[Op]) -> Repeat | None:
    """How `node` repeats `first`, if it does."""
    slices = {_outside(v, {}) for v in _slices(first)}
    if not slices.issuperset(_outside(v, {}) for v in _slices(node)):
        return None
    started: Table = {}
    classes = [
        [started.setdefault((_outside(v, {}), v.type), len(started)) for v in _carried(n)] for n in (first, node)
    ]
    count = len(started)
    while set(classes[1]) <= set(classes[0]):
        table: Table = {}
        finer: Table = {}
        refined = []
        for n, own in zip((first, node), classes, strict=True):
            body = n.regions[-1]
            numbers = _numbers(body, _given(n, body, own, {}), table, commutative)
            ends = [numbers[o.value] for o in body.outputs]
            refined.append([finer.setdefault((c, end), len(finer)) for c, end in zip(own, ends, strict=False)])
        if len(finer) == count:
            return Repeat(node, *classes) if _decide_alike(first, node, classes, table, commutative) else None
        classes, count = refined, len(finer)
    return None


def _decide_alike(
    first: Node, node: Node, classes: Sequence[Sequence[int]], table: Table, commutative: set[Op]
) -> bool:
    """Are the conditions of both loops the same?"""
    ends = []
    for n, own in zip((first, node), classes, strict=True):
        numbers = [_numbers(t, _given(n, t, own, {}), table, commutative) for t in n.regions[:-1]]
        ends.append([known[t.outputs[0].value] for known, t in zip(numbers, n.regions, strict=False)])
    return ends[0] == ends[1]


# ---------------------------------------------------------------- numbers of values


def _numbers(region: Graph, given: Iterable[Hashable], table: Table, commutative: set[Op]) -> Numbers:
    """Numbers for the values of a region, whose parameters are `given`."""
    return _numbered(region, [table.setdefault(k, len(table)) for k in given], table, commutative)


def _numbered(region: Graph, given: Iterable[int], table: Table, commutative: set[Op]) -> Numbers:
    numbers = dict(zip(region.params, given, strict=True))
    for node in region.nodes:
        if node.results[0] in numbers:
            continue
        alone = isinstance(node.op, Effect) or any(r.type is TOKEN for r in node.results)
        if is_choice(node) and not alone:  # each result by itself: the others may not be needed in a copy
            made = [(node.op, numbers[node.inputs[0]], *ends) for ends in _choices(node, numbers, table, commutative)]
        else:
            whole = ("alone", node) if alone else key(node, numbers, commutative)
            made = [(whole, i) for i in range(len(node.results))]
        numbers.update({r: table.setdefault(k, len(table)) for r, k in zip(node.results, made, strict=True)})
    return numbers


def _choices(node: Node, numbers: Numbers, table: Table, commutative: set[Op]) -> list[tuple[int, ...]]:
    """For each result of a choice, what it is in each branch."""
    ends = []
    for region in node.regions:
        inner = _numbered(region, [numbers[v] for v in _captures(node)], table, commutative)
        ends.append([inner[o.value] for o in region.outputs])
    return list(zip(*ends, strict=True))


def _given(node: Node, region: Graph, classes: Sequence[int], mapping: Mapping[Value, Value]) -> list[Hashable]:
    """What the parameters of a region stand for."""
    given: list[Hashable] = []
    if region is node.regions[-1]:
        given += ["index"] * _layout(node).index
        given += [("slice", _outside(v, mapping)) for v in _slices(node)]
    given += [("carried", c) for c in classes]
    return given + [("outside", _outside(v, mapping)) for v in _captures(node)]


def _outside(value: Value, mapping: Mapping[Value, Value]) -> Hashable:
    """A value around a loop; numbers are equal if they are written equal."""
    node = value.node
    if isinstance(node.op, Creation) and not node.inputs:
        return node.op, attributes_key(node.attrs)
    return mapping.get(value, value)


def _layout(node: Node) -> Loop:
    op: Any = node.op
    layout: Loop = op.loop(*node.attrs)
    return layout


def _slices(node: Node) -> tuple[Value, ...]:
    loop = _layout(node)
    return node.inputs[loop.head : loop.head + loop.mapped]


def _carried(node: Node) -> tuple[Value, ...]:
    loop = _layout(node)
    start = loop.head + loop.mapped
    return node.inputs[start : start + loop.carried]


def _captures(node: Node) -> tuple[Value, ...]:
    assert isinstance(node.op, Control)
    return node.inputs[node.op.given(*node.attrs) :]


# ---------------------------------------------------------------- one for both


def _merged(node: Node, repeat: Repeat, mapping: Mapping[Value, Value], context: Context) -> tuple[Node, list[int]]:
    """The loop with what the one that repeats it collects; which of its results those of the latter are."""
    other, loop = repeat.node, _layout(repeat.node)
    body, again, commutative = node.regions[-1], other.regions[-1], swappable(context)
    table: Table = {}
    numbers = _numbers(body, _given(node, body, repeat.first, mapping), table, commutative)
    have: dict[int, Value] = {}
    for value, number in numbers.items():
        have.setdefault(number, value)
    wanted = [o.value for o in again.outputs[loop.carried :]]
    theirs = _numbers(again, _given(other, again, repeat.own, mapping), table, commutative)
    needed = reachable(v for v in wanted if theirs[v] not in have)
    outer = dict(zip(again.params[len(again.params) - len(_captures(other)) :], _captures(other), strict=True))
    captures, added, copies = list(_captures(node)), [], []
    made: dict[Value, Value] = {}
    parameter = context.catalogue["parameter"]
    for n in (*(p.node for p in again.params), *again.nodes):
        if all(theirs[r] in have for r in n.results):
            made.update({r: have[theirs[r]] for r in n.results})
        elif n.results[0] in outer and n in needed:
            (p,) = n.results
            captures.append(mapping.get(outer[p], outer[p]))
            added.append(Node(parameter, (), n.attrs, (), (p.type,), n.origin, (p.name,)))
            made[p] = added[-1].result
            have[theirs[p]] = made[p]
        elif n in needed and n.results[0] not in outer:
            copy = n.copy(tuple([made[v] for v in n.inputs]))
            copies.append(copy)
            made.update(zip(n.results, copy.results, strict=True))
            for r in n.results:
                have.setdefault(theirs[r], made[r])
    outputs = [o.value for o in body.outputs]
    found = [repeat.first.index(c) for c in repeat.own]
    names, types = [r.name for r in node.results], [r.type for r in node.results]
    collected = _layout(node).carried
    for result, value in zip(other.results[loop.carried :], wanted, strict=True):
        if made[value] not in outputs[collected:]:
            outputs.append(made[value])
            names.append(result.name)
            types.append(result.type)
        found.append(outputs.index(made[value], collected))
    ends = tuple(
        Output(str(i), v, body.outputs[0].origin if body.outputs else node.origin) for i, v in enumerate(outputs)
    )
    nodes = (*(n for n in added), *body.nodes, *copies)
    whole = Graph(nodes, ends, (*body.params, *(n.result for n in added)), default_float=body.default_float)
    tests = [_with_parameters(t, added) for t in node.regions[:-1]]
    own = [collected] * len(tests) + [len(body.params) - len(_captures(node))]
    kept, regions = tidy(captures, [*tests, whole], own)
    inputs = (*node.inputs[: len(node.inputs) - len(_captures(node))], *kept)
    spans = tuple(dict.fromkeys((*node.origin.spans, *other.origin.spans)))
    origin = Origin(spans, node.origin.call, node.origin.derived)
    return Node(node.op, inputs, node.attrs, regions, types, origin, names), found


def _with_parameters(region: Graph, added: Sequence[Node]) -> Graph:
    """The region with further parameters, which it doesn't read."""
    fresh = [n.copy(()) for n in added]
    params = (*region.params, *(n.result for n in fresh))
    return Graph((*fresh, *region.nodes), region.outputs, params, default_float=region.default_float)


reuse = Pass(
    "reuse",
    "run a loop once that another one repeats",
    lambda graph, context: everywhere(graph, context, _reuse),
)
