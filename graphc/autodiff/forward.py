"""Forward mode: one sweep over the nodes between `wrt` and `ys`, first to last, that writes ordinary nodes.

    tangent(result) = sum over operands i:  J_i tangent(operand i)

The JVP of an op is the transpose of its VJP (transpose.py); control ops have a rule of their own, with dual regions.
Called by the elaborator for `jvp`, and by `hvp`, `jacobian` and `hessian`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from graphc.autodiff.activity import Flows, activity, carries_derivative, flow
from graphc.autodiff.regions import asked_by, derived_region, opened, parameter
from graphc.autodiff.transpose import Template, template_key, transpose
from graphc.ir.builder import Builder, Catalogue, Term
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.loops import add
from graphc.ir.op import Control
from graphc.ir.region import DerivedRegion, ForwardRegions, tangent_type
from graphc.source import Origin, Span


def jvp(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    tangents: Sequence[Value | None],
    *,
    asked: Span | None = None,
    nodes: Sequence[Node] | None = None,
) -> list[Value | None]:
    """The tangents of `ys` for those of `wrt` (None: zero).  None where nothing depends on a tangent.

    A value of `wrt` that depends on another one moves by its own tangent and by what comes from there.

    `nodes` are those to differentiate, in program order: all that `b` sees unless given.  Raises DerivativeError
    E0406, also for a hand-written derivative that isn't linear in its cotangent.
    """
    moving: dict[Value, Value] = {}
    for v, t in zip(wrt, tangents, strict=True):
        if t is not None and carries_derivative(v):
            moving[v] = _sum(b, moving[v], t) if v in moving else t
    found = activity(b.backwards() if nodes is None else reversed(nodes), ys, list(moving))
    templates: dict[Any, Template] = {}
    here = b.origin
    try:
        for node in found.nodes:
            if any(v in moving for v in node.inputs):
                b.origin = node.origin.derive("tangent", asked)
                for result, tangent in zip(node.results, _push(b, node, moving, templates), strict=True):
                    if tangent is not None:
                        own = moving.get(result)
                        moving[result] = tangent if own is None else _sum(b, own, tangent)
    finally:
        b.origin = here
    return [moving.get(y) for y in ys]


def _sum(b: Builder, s: Value, t: Value) -> Value:
    return add(b, s, t)


def _push(b: Builder, node: Node, moving: dict[Value, Value], templates: dict[Any, Template]) -> list[Value | None]:
    """The tangents of a node's results."""
    tangents = [moving.get(v) for v in node.inputs]
    if isinstance(node.op, Control):
        return _push_control(b, node, tangents)
    key = template_key(node, tangents)
    template = templates.get(key)
    if template is None:
        template = templates[key] = transpose(b, node, tangents)
    return template.apply(b, node, [t for t in tangents if t is not None])


def _push_control(b: Builder, node: Node, tangents: Sequence[Value | None]) -> list[Value | None]:
    """Control flow runs dual regions, by a rule of its own."""
    op: Any = node.op
    ts = tuple(None if t is None else Term(b, t) for t in tangents)
    operands = tuple(Term(b, v) for v in node.inputs)
    results = tuple(Term(b, r) for r in node.results)
    flows: Flows = {}
    d = ForwardRegions(b, partial(region_jvp, b.catalogue, b.origin), lambda region: flow(region, flows))
    return [None if t is None else t.value for t in op.jvp(d, ts, results, operands, node.regions, *node.attrs)]


def region_jvp(
    catalogue: Catalogue, origin: Origin, region: Graph, moving: Sequence[bool], both: bool = False
) -> DerivedRegion:
    """The region (params, tangents of the moving params) -> tangents of the outputs, and `both`: the outputs too."""
    b, params, outputs = opened(catalogue, region, origin)
    wrt = [p for p, m in zip(params, moving, strict=True) if m]
    tangents = [parameter(b, "t" if len(wrt) == 1 else f"t{i}", tangent_type(p.type)) for i, p in enumerate(wrt)]
    found = jvp(b, outputs, wrt, tangents, asked=asked_by(origin))
    return derived_region(b, (*params, *tangents), found, outputs if both else ())
