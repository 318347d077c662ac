"""State: variables of the top level, by path.

What comes in: a path, a type and an initial value.  What goes out: the variable's node in the outermost frame, bound to
its path in the outermost scope, so that lookups and assignments treat it like a written `var`.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphc.diagnostics import Label
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.names import current
from graphc.frontend.elaborate.core.scopes import Frame, Scope
from graphc.ir.graph import Graph, Node, Output, Value, in_order, inline
from graphc.ir.op import Effect, Placeholder
from graphc.ir.types import TensorType
from graphc.source import Origin, Span


def declare_variable(
    e: Elaborator,
    path: str,
    kind: TensorType,
    initial: Graph,
    trainable: bool,
    origin: Origin,
    *,
    doc: str | None = None,
) -> Value:
    """The variable `path`, made unless it is there; its value at the start of a run.

    `initial` is a region without parameters.  Asked again from the same place (a body elaborated twice), it is the same
    variable.  Raises Failure E0202 if something else has the name.
    """
    scope = root(e)
    old = scope.bindings.get(path)
    if old is not None:
        declared = e.variables.get(path)
        if declared is not None and declared.type == kind and declared.node.origin.span == origin.span:
            return declared
        raise e.fail(
            "E0202",
            f"{path} is declared twice",
            origin.span,
            secondary=[Label(old.span, "first here")],
            hint="choose another name",
        )
    node = Node(e.catalogue["variable"], (), (path, kind, trainable, doc), (initial,), (kind,), origin, (path,))
    e.at(scope.frame, origin.span).nodes.append(node)
    value = node.results[0]
    scope.bind(path, value, origin.span, "variable")
    e.variables[path] = value
    return value


def root(e: Elaborator) -> Scope:
    """The scope of the top level, where variables live."""
    assert e.top is not None
    return e.top


def read(e: Elaborator, scope: Scope, path: str) -> Value:
    """The present value of a variable, as code in `scope` sees it."""
    home = root(e)
    value = current(scope, home, path, home.bindings[path])
    assert isinstance(value, Value)
    return value


def closed(e: Elaborator, frame: Frame, result: Value, span: Span) -> Graph:
    """The region that computes an initial value, in `frame`; constants from the code around it are copied.

    Raises Failure E0308 if the value depends on what only a run can tell.
    """
    live = dict.fromkeys(in_order([result]))
    own = [n for n in frame.builder.nodes if n in live]
    inside = set(own)
    outside = [n for n in live if n not in inside]
    known_later = changing(outside)
    if known_later is not None:
        raise e.fail(
            "E0308",
            "an initial value is computed from constants and sizes only",
            span,
            secondary=[Label(known_later.origin.span, "this is computed by the run")],
            hint="start from zeros, and assign in the program",
        )
    mapping: dict[Value, Value] = {}
    copied = tuple(inline(outside, mapping))
    nodes = (*copied, *(inline(own, mapping) if copied else own))
    end = Output("0", mapping.get(result, result), Origin((span,)))
    return Graph(nodes, (end,), default_float=e.default_float)


def changing(nodes: Iterable[Node]) -> Node | None:
    """A node whose value only a run can tell."""
    return next((n for n in nodes if isinstance(n.op, Placeholder | Effect)), None)
