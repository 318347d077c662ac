"""prune: what no output, new state or effect needs is dropped, inputs included.

Variables stay: they are the program's state.
"""

from __future__ import annotations

from functools import partial

from graphc.ir.graph import Graph, Node, reachable
from graphc.ir.op import Creation, Placeholder
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import everywhere, restricted
from graphc.passes.wording import written


def _prune(graph: Graph, context: Context) -> Graph:
    alive = reachable(graph.results)
    input_op = context.catalogue.get("input")
    nodes = tuple([n for n in graph.nodes if n in alive or (isinstance(n.op, Placeholder) and n.op is not input_op)])
    if len(nodes) == len(graph.nodes):
        return graph
    if context.report is not None:
        _report([n for n in graph.nodes if n not in alive], input_op, context)
    return restricted(graph, nodes)


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
