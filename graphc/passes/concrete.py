"""`concrete`: what a graph still has of promotion and derivatives, gone before it is executed.

In: a graph whose ends have dtypes.  Out: the graph in which weak numbers are what they are computed as, i64 and f64,
without `stop_grad` and without the identities that carry hand-written derivatives.  Then an operation in f64 that only
f32 reads is done in f32 where that gives the same bits: a loop counter or a pixel that meets an f32 costs no f64.

The driver runs it last, before every executor; the eager one, whose graph grows, uses `concrete_more`.
"""

from __future__ import annotations

from typing import Any

from graphc.ir.builder import Catalogue
from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.op import Rule
from graphc.ir.types import DType, StackType, TensorType
from graphc.ir.types import concrete as computed
from graphc.passes.algebra_casts import cast_of_cast, narrowed
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import Sweep, everywhere, without_dead


def _concrete(graph: Graph, context: Context) -> Graph:
    mapping: dict[Value, Value] = {}
    made = concrete_more(graph, context.catalogue, mapping)
    context.follow(mapping)
    made = everywhere(made, context, lambda g, _: without_dead(g))
    cast = context.catalogue["cast"]
    return everywhere(made, context, lambda g, c: Sweep(g, c, {cast: _tidied}).run(g))


def _tidied(sweep: Sweep, node: Node) -> Value | None:
    """Casts that were kept apart by a weak dtype between them, then what they stand around."""
    value = cast_of_cast(sweep, node)
    return narrowed(sweep, node) if value is None else value


def concrete_more(graph: Graph, catalogue: Catalogue, mapping: dict[Value, Value]) -> Graph:
    """The same for the next nodes of a graph that grows, and nothing narrowed: who will read them isn't known.

    `mapping` has the values that changed so far, and gets theirs.
    """
    done: dict[Graph, Graph] = {}
    for g in reversed(nested(graph)):
        if g not in done:
            done[g] = _lowered(g, catalogue, mapping if g is graph else {}, done)
    return done[graph]


def _lowered(graph: Graph, catalogue: Catalogue, mapping: dict[Value, Value], done: dict[Graph, Graph]) -> Graph:
    """The graph with the regions of its nodes replaced by those in `done`; itself if it is concrete."""
    nodes = []
    stop, cast = catalogue["stop_grad"], catalogue["cast"]
    changed = False
    for node in graph.nodes:
        inputs = tuple([mapping.get(v, v) for v in node.inputs])
        attrs = tuple([_attribute(a) for a in node.attrs])
        identity = isinstance(node.op, Rule) or node.op is stop
        if identity or (node.op is cast and inputs[0].type.dtype is attrs[0]):
            mapping.update(zip(node.results, inputs, strict=False))
            changed = True
            continue
        copy = _copied(node, inputs, attrs, tuple([done[r] for r in node.regions]))
        if copy is not node:
            mapping.update(zip(node.results, copy.results, strict=True))
            changed = True
        nodes.append(copy)
    return graph.with_nodes(nodes, mapping) if changed else graph


def _copied(node: Node, inputs: tuple[Value, ...], attrs: tuple[Any, ...], regions: tuple[Graph, ...]) -> Node:
    types = [_attribute(v.type) for v in node.results]
    same = all(new is old for new, old in zip(attrs, node.attrs, strict=True))
    same = same and all(new is v.type for new, v in zip(types, node.results, strict=True))
    if same and inputs == node.inputs and regions == node.regions:
        return node
    return node.copy(inputs, attrs=attrs, regions=regions, types=types)


def _attribute(attr: Any) -> Any:
    """A type or attribute without weak dtypes: itself if it has none."""
    match attr:
        case DType():
            return computed(attr)
        case TensorType():
            return attr.with_dtype(computed(attr.dtype))
        case StackType(element=element) if element.dtype.weak:
            return StackType(_attribute(element))
        case Constant(dtype=dtype) if dtype.weak:
            return Constant(attr.array, computed(dtype))
        case tuple() if any(_attribute(a) is not a for a in attr):
            return tuple([_attribute(a) for a in attr])
    return attr


concrete = Pass("concrete", "make numbers without a dtype i64 and f64, for execution", _concrete)
