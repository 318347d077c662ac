"""One value as an expression in terms of others: `2 * (y1 - y2) * g`.

In: a graph with one output, whose inputs stand for values that have names already.  Out: a line of text.  What watches
a derivative step by step writes with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphc.ir.graph import Graph, Value
from graphc.ir.text.block import Body, Style
from graphc.ir.text.literals import Literals
from graphc.ir.text.names import BUILTINS, RESERVED, Names
from graphc.ir.text.operands import ENDLESS, loose


def formula(graph: Graph, names: Mapping[Value, str]) -> str:
    """The output's expression; `names` are the texts of the inputs.

    What it needs more than once, and functions, stand before it as statements: `v1 = exp(x); v1 * (1 - v1)`.
    """
    taken = frozenset((*RESERVED, *BUILTINS, *names.values(), *(n.op.name for n in graph.nodes)))
    style = Style(False, ENDLESS, graph.default_float, Literals(frozenset(), {}), taken)
    body = Body(style, Names(taken))
    body.names.update(names)
    body.nest(graph, (), local=True)
    body.statements(graph.nodes)
    (output,) = graph.outputs
    result = loose(body, output.value).text  # a constant may need a line
    texts = [" ".join(text.split()) for text in (*(line.text for line in body.lines), result)]
    return "; ".join(texts).replace("{; ", "{ ").replace("; }", " }")
