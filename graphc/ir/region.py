"""Regions: closing a list of nodes over the values it takes from outside, and copying them with what they take.

The elaborator closes the bodies of functions, branches and loops here, the differentiator those that it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphc.ir.graph import Graph, Node, Output, Value, nested, reachable
from graphc.ir.op import Control, Creation, Effect, Op
from graphc.ir.types import F32, DType, TokenType
from graphc.source import Origin

if TYPE_CHECKING:
    from graphc.ir.builder import Builder


def close_region(
    parameter: Op,
    nodes: Iterable[Node],
    params: Sequence[Value],
    outputs: Sequence[Value],
    origin: Origin,
    default_float: DType = F32,
) -> tuple[Graph, tuple[Value, ...]]:
    """A closed region of `nodes`, and the values from outside that its further parameters stand for.

    `parameter` is the record of region parameters; `params` are results of parameter nodes, which may be among
    `nodes`.  The captures are in the order of their first use (in the nodes, then in the outputs); the region's
    parameters are `params`, then one for each.  Literals and sizes are no captures: the region gets its own.
    """
    own = set(params)
    listed = [n for n in nodes if n.results[0] not in own]
    inside = own.union(r for n in listed for r in n.results)
    free = dict.fromkeys(v for n in listed for v in n.inputs if v not in inside)
    free.update(dict.fromkeys(v for v in outputs if v not in inside))
    literals = {v: v.node.copy(()).results[0] for v in free if _is_literal(v)}
    captures = tuple(v for v in free if v not in literals)
    taken = [
        Node(parameter, (), (v.name or f"capture_{i}", v.type), (), (v.type,), origin, (v.name,)).results[0]
        for i, v in enumerate(captures)
    ]
    mapping = dict(zip(captures, taken, strict=True)) | literals
    body = [p.node for p in (*params, *taken, *literals.values())]
    for node in listed:
        if any(v in mapping for v in node.inputs):
            copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]))
            mapping.update(zip(node.results, copy.results, strict=True))
            body.append(copy)
        else:
            body.append(node)
    ends = tuple(Output(str(i), mapping.get(v, v), origin) for i, v in enumerate(outputs))
    region = Graph(tuple(body), ends, (*params, *taken), default_float=default_float)
    return region, captures


def _is_literal(value: Value) -> bool:
    """A number or size without a name, so that nobody can ask for its derivative."""
    return isinstance(value.node.op, Creation) and value.name is None and not value.type.shape


def copy_into(
    b: Builder,
    region: Graph,
    arguments: Mapping[Value, Value] | None = None,
    origin: Callable[[Origin], Origin] = lambda written: written,
) -> dict[Value, Value]:
    """Append the region's nodes to `b`, with `arguments` for parameters (copies of those that it lacks).

    `origin`: of a copy, from that of the node.  Returns what each value became.
    """
    mapping: dict[Value, Value] = dict(arguments or {})
    for node in region.nodes:
        if node.results[0] not in mapping:
            inputs = tuple([mapping.get(v, v) for v in node.inputs])
            copy = captured_once(node.copy(inputs, origin=origin(node.origin)))
            mapping.update(zip(node.results, copy.results, strict=True))
            b.add(copy)
    return mapping


# ---------------------------------------------------------------- several regions with the same parameters


def close_branches(
    parameter: Op,
    branches: Sequence[tuple[Sequence[Node], Sequence[Value]]],
    token: Value | None,
    origin: Origin,
    default_float: DType = F32,
    params: Sequence[Sequence[Value]] = (),
) -> tuple[tuple[Graph, ...], tuple[Value, ...]]:
    """Closed regions of branches (nodes, outputs) with the same parameters: the captures of all, then `token`.

    `params`: what each region has before them.  Returns the captures, too.
    """
    own = params or [()] * len(branches)
    closed = [
        close_region(parameter, nodes, first, outputs, origin, default_float)
        for (nodes, outputs), first in zip(branches, own, strict=True)
    ]
    captures = tuple(dict.fromkeys(v for _, taken in closed for v in taken if v is not token))
    regions = []
    for (region, taken), first in zip(closed, own, strict=True):
        of = dict(zip(taken, region.params[len(first) :], strict=True))
        missing = [v for v in (*captures, *((token,) if token is not None else ())) if v not in of]
        for v in missing:
            of[v] = Node(parameter, (), (v.name or "capture", v.type), (), (v.type,), origin, (v.name,)).results[0]
        last = tuple([of[v] for v in captures]) + ((of[token],) if token is not None else ())
        nodes = (*(of[v].node for v in missing), *region.nodes)
        regions.append(Graph(nodes, region.outputs, (*first, *last), default_float=default_float))
    return tuple(regions), captures


def tidy(
    inputs: Sequence[Value],
    regions: Sequence[Graph],
    own: Sequence[int] = (),
    literal: Callable[[Value], bool] = _is_literal,
) -> tuple[tuple[Value, ...], tuple[Graph, ...]]:
    """Regions with the same captures without dead nodes, and these captures: those that are read, each once.

    They are in the order of a depth-first walk from the outputs, so that the same branches have the same captures.
    Literals and sizes are no captures here, either.  `own`: how many parameters each region has before them, which
    stay.
    """
    counts = own or [0] * len(regions)
    order: dict[Value, None] = {}
    for region, count in zip(regions, counts, strict=True):
        source = dict(zip(region.params[count:], inputs, strict=True))
        read = [source[p] for p in _reading_order(region) if p in source]
        order.update(dict.fromkeys(v for v in read if not literal(v)))
    captures = tuple(order)
    pairs = zip(regions, counts, strict=True)
    return captures, tuple([_with_captures(region, inputs, captures, count, literal) for region, count in pairs])


def captured_once(node: Node) -> Node:
    """The node with each of its captures once, where values that it captured have become one."""
    op = node.op
    if not isinstance(op, Control) or not node.regions:
        return node
    given = op.given(*node.attrs)
    captures = node.inputs[given:]
    return node if len(set(captures)) == len(captures) else tidied(node, op)


def tidied(node: Node, op: Control, literal: Callable[[Value], bool] = _is_literal) -> Node:
    """The node with tidy regions (see `tidy`)."""
    given = op.given(*node.attrs)
    captures = node.inputs[given:]
    own = [len(region.params) - len(captures) for region in node.regions]
    kept, regions = tidy(captures, node.regions, own, literal)
    return node.copy((*node.inputs[:given], *kept), regions=regions)


def _reading_order(region: Graph) -> list[Value]:
    """The parameters that the outputs need, in the order of a depth-first walk."""
    params, seen = set(region.params), set[Value]()
    found = []
    stack = [o.value for o in reversed(region.outputs)]
    while stack:
        value = stack.pop()
        if value in params:
            if value not in seen:
                found.append(value)
            seen.add(value)
        elif value.node.results[0] not in seen:
            seen.add(value.node.results[0])
            stack.extend(reversed(value.node.inputs))
    return found


def _with_captures(
    region: Graph,
    inputs: Sequence[Value],
    captures: Sequence[Value],
    count: int,
    literal: Callable[[Value], bool],
) -> Graph:
    """The live nodes of a region, with a parameter for each of `captures`, which are among `inputs`, after its first
    `count`."""
    first: dict[Value, Value] = {}
    mapping: dict[Value, Value] = {}
    live = reachable(o.value for o in region.outputs)
    nodes = []
    for p, v in zip(region.params[count:], inputs, strict=True):
        if literal(v) and p.node in live:
            own = v.node.copy(())
            nodes.append(own)
            mapping[p] = own.results[0]
        elif first.setdefault(v, p) is not p:
            mapping[p] = first[v]
    params = (*region.params[:count], *(first[v] for v in captures))
    kept = {p.node for p in params}
    dropped = {p.node for p in region.params} - kept
    listed = [n for n in region.nodes if n in kept or (n in live and n not in dropped)]
    if params == region.params and len(listed) == len(region.nodes):
        return region
    nodes += [n for n in listed if n in kept]  # one that stands for several may come after those who read these
    for node in listed:
        if node in kept:
            continue
        if mapping and any(v in mapping for v in node.inputs):
            copy = captured_once(node.copy(tuple([mapping.get(v, v) for v in node.inputs])))
            mapping.update(zip(node.results, copy.results, strict=True))
            nodes.append(copy)
        else:
            nodes.append(node)
    outputs = tuple([Output(str(i), mapping.get(o.value, o.value), o.origin) for i, o in enumerate(region.outputs)])
    if mapping:  # a literal may be unused by now: regions inside have one of their own
        live = {*reachable(o.value for o in outputs), *(p.node for p in params)}
        nodes = [n for n in nodes if n in live]
    return Graph(tuple(nodes), outputs, params, default_float=region.default_float)


def close_loop(
    parameter: Op,
    parts: Sequence[tuple[Sequence[Node], Sequence[Value], Sequence[Value]]],
    origin: Origin,
    default_float: DType = F32,
) -> tuple[tuple[Graph, ...], tuple[Value, ...]]:
    """Closed regions of (nodes, own parameters, outputs), each followed by the same captures; and these.

    The captures are in the order of a depth-first walk from the outputs, as `tidy` has them.
    """
    closed = []
    order: dict[Value, None] = {}
    for nodes, params, outputs in parts:
        live = reachable(outputs, set(nodes))
        listed = [n for n in nodes if n in live]
        region, taken = close_region(parameter, listed, params, outputs, origin, default_float)
        of = dict(zip(region.params[len(params) :], taken, strict=True))
        order.update(dict.fromkeys(of[p] for p in _reading_order(region) if p in of))
        closed.append((region, len(params), {v: p for p, v in of.items()}))
    regions = []
    for region, count, own in closed:
        missing = [v for v in order if v not in own]
        for v in missing:
            own[v] = Node(parameter, (), (v.name or "capture", v.type), (), (v.type,), origin, (v.name,)).results[0]
        params = (*region.params[:count], *(own[v] for v in order))
        nodes = (*(own[v].node for v in missing), *region.nodes)
        regions.append(Graph(nodes, region.outputs, params, default_float=region.default_float))
    return tuple(regions), tuple(order)


def without_effects(region: Graph) -> Graph:
    """The region without prints and asserts, what only they read, and the tokens among its parameters and outputs.

    What recomputes a branch for its derivative repeats no effect.
    """
    done: dict[Graph, Graph] = {}
    for g in reversed(nested(region)):
        if g not in done:
            done[g] = _without_effects(g, done)
    return done[region]


def _without_effects(graph: Graph, done: Mapping[Graph, Graph]) -> Graph:
    mapping: dict[Value, Value] = {}
    nodes = []
    for node in graph.nodes:
        results = [r for r in node.results if not isinstance(r.type, TokenType)]
        if isinstance(node.op, Effect) or not results:
            continue
        inputs = tuple([mapping.get(v, v) for v in node.inputs if not isinstance(v.type, TokenType)])
        regions = tuple([done[r] for r in node.regions])
        if inputs == node.inputs and regions == node.regions:
            nodes.append(node)
            continue
        names = [r.name for r in results]
        attrs = _attrs_without_token(node)
        copy = Node(node.op, inputs, attrs, regions, [r.type for r in results], node.origin, names)
        if regions != node.regions and isinstance(node.op, Control):
            copy = tidied(copy, node.op)
        mapping.update(zip(results, copy.results, strict=True))
        nodes.append(copy)
    if len(nodes) == len(graph.nodes) and not mapping:
        return graph
    ends = [o for o in graph.outputs if not isinstance(o.value.type, TokenType)]
    outputs = tuple([Output(str(i), mapping.get(o.value, o.value), o.origin) for i, o in enumerate(ends)])
    params = tuple([p for p in graph.params if not isinstance(p.type, TokenType)])
    live = {*reachable(o.value for o in outputs), *(p.node for p in params)}
    return Graph(tuple([n for n in nodes if n in live]), outputs, params, default_float=graph.default_float)


def _attrs_without_token(node: Node) -> tuple[Any, ...]:
    """The attributes of a node once no token goes through it."""
    if not isinstance(node.op, Control) or node.op.loop is None:
        return node.attrs
    loop = node.op.loop(*node.attrs)
    start = loop.head + loop.mapped
    tokens = sum(isinstance(v.type, TokenType) for v in node.inputs[start : start + loop.carried])
    return loop.resized(loop.mapped, loop.carried - tokens) if tokens else node.attrs
