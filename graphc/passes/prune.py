"""prune: what no output, new state or effect needs is dropped, inputs included.

Variables stay: they are the program's state.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from graphc.ir.default_sizes import fixed_by
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, nested, reachable, symbols_of
from graphc.ir.op import Creation, Placeholder
from graphc.ir.types import TensorType
from graphc.passes.branches import narrowed
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import everywhere, restricted
from graphc.passes.wording import written


def _prune(graph: Graph, context: Context) -> Graph:
    graph = _without_idle_token(narrowed(graph, context))
    alive = set(reachable(graph.results))
    input_op = context.catalogue.get("input")
    alive.update(_declaring(graph, alive, input_op))
    nodes = tuple([n for n in graph.nodes if n in alive or (isinstance(n.op, Placeholder) and n.op is not input_op)])
    if len(nodes) == len(graph.nodes):
        return graph
    if context.report is not None:
        _report([n for n in graph.nodes if n not in alive], input_op, context)
    return restricted(graph, nodes)


def _without_idle_token(graph: Graph) -> Graph:
    """The graph without the start of its effects, if it has none left."""
    first = graph.token
    if first is not None and isinstance(first.node.op, Placeholder):
        graph = replace(graph, nodes=tuple([n for n in graph.nodes if n is not first.node]), token=None)
    return graph


def _declaring(graph: Graph, alive: set[Node], input_op: object) -> list[Node]:
    """Inputs that nothing reads but whose shapes alone tell a size that is needed (`ones([n])`), or whose defaults do.

    A default may be all there is to tell it, whatever else has the size: that may be filled by a scalar.
    """
    unread = [n for n in graph.nodes if n.op is input_op and n not in alive and symbols_of(n)]
    if not unread:
        return []
    bound = [n for n in graph.nodes if isinstance(n.op, Placeholder) and (n in alive or n.op is not input_op)]
    known = {s for n in bound for s in _alone(n)}
    inside = [n for owner in alive for region in owner.regions for g in nested(region) for n in g.nodes]
    used = {s for n in (*alive, *inside) for s in symbols_of(n)}
    needed = used - known
    kept = []
    for node in unread:
        if not used.isdisjoint(fixed_by(node)):
            kept.append(node)
        elif not needed.isdisjoint(_alone(node)):
            kept.append(node)
            needed.difference_update(_alone(node))
    return kept


def _alone(node: Node) -> set[str]:
    """The symbols that are a whole dimension of a placeholder, so that its shape tells them."""
    shapes = [r.type.shape for r in node.results if isinstance(r.type, TensorType)]
    return {str(d) for shape in shapes for d in shape if isinstance(d, Poly) and str(d) in d.symbols}


def _report(dead: list[Node], input_op: object, context: Context) -> None:
    """A line for each dead value that nothing uses, with the inputs that it alone would have needed."""
    used = {v.node for node in dead for v in node.inputs}
    among = set(dead)
    seen: set[Node] = set()
    for root in reversed(dead):
        if root in used:
            continue
        unfed = []
        stack = [root]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if node.op is input_op:
                unfed.append(node)
            stack.extend(v.node for v in reversed(node.inputs) if v.node in among)
        context.tell("prune", root.origin, partial(_text, root, unfed))


def _text(root: Node, unfed: list[Node]) -> str:
    inputs = [n.attrs[0] for n in unfed]
    need = f"input{'s' if len(inputs) > 1 else ''} {', '.join(inputs)} need{'' if len(inputs) > 1 else 's'} no feed"
    if root in unfed:
        return f"{need}: nothing reads it"
    plain = isinstance(root.op, Placeholder | Creation) or root.origin.derived is not None
    if plain:
        return need if inputs else ""
    return f"{written(root)}: nothing needs it{'; ' + need if inputs else ''}"


prune = Pass(
    "prune",
    "drop what no output, new state or effect needs",
    lambda graph, context: everywhere(graph, context, _prune),
)
