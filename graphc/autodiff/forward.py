"""Forward mode: one sweep over the nodes between `wrt` and `ys`, first to last, that writes ordinary nodes.

    tangent(result) = sum over operands i:  J_i tangent(operand i)

The JVP of an op is the transpose of its VJP (transpose.py); control ops have a rule of their own, with dual regions.
Tangents carry masks as cotangents do (masked.py), and by the same rules: what is transposed is a reverse sweep.
Called by the elaborator for `jvp`, and by `hvp`, `jacobian` and `hessian`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphc.autodiff.activity import Flows, activity, carries_derivative, flow
from graphc.autodiff.masked import Cotangent, add_up, from_control, mask_of, materialise
from graphc.autodiff.regions import Derivations, asked_at, asked_by, derived_region, given_parameters, opened
from graphc.autodiff.reverse import without_unread_masks
from graphc.autodiff.transpose import Template, template_key, transpose
from graphc.autodiff.zeros import Finiteness
from graphc.ir.builder import Builder, Catalogue, Term
from graphc.ir.derivation import DerivedRegion, Flags, ForwardRegions
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Control, Rule
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
    given = [None if t is None else Cotangent(t) for t in tangents]
    mark = len(b.nodes)
    found = _tangents(b, ys, wrt, given, Sweep(asked, {}, Finiteness()), nodes)
    return without_unread_masks(b, mark, [None if t is None else materialise(b, t) for t in found])


@dataclass(frozen=True, slots=True)
class Sweep:
    """The span that asked, what was derived of regions, what is known to be finite, and the templates of JVPs."""

    asked: Span | None
    derivations: Derivations
    finiteness: Finiteness
    templates: dict[Any, Template] = field(default_factory=dict)


def _tangents(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    tangents: Sequence[Cotangent | None],
    sweep: Sweep,
    nodes: Sequence[Node] | None = None,
) -> list[Cotangent | None]:
    """`jvp` with masks on tangents and results."""
    moving: dict[Value, Cotangent] = {}
    for v, t in zip(wrt, tangents, strict=True):
        if t is not None and carries_derivative(v):
            moving[v] = add_up(b, [moving[v], t]) if v in moving else t
    found = activity(b.backwards() if nodes is None else reversed(nodes), ys, list(moving))
    here = b.origin
    try:
        for node in found.nodes:
            if any(v in moving for v in node.inputs):
                b.origin = node.origin.derive("tangent", sweep.asked)
                for result, tangent in zip(node.results, push(b, node, moving, sweep), strict=True):
                    if tangent is not None:
                        own = moving.get(result)
                        moving[result] = tangent if own is None else add_up(b, [own, tangent])
    finally:
        b.origin = here
    return [moving.get(y) for y in ys]


def push(b: Builder, node: Node, moving: dict[Value, Cotangent], sweep: Sweep) -> list[Cotangent | None]:
    """The tangents of a node's results."""
    tangents = [moving.get(v) for v in node.inputs]
    if isinstance(node.op, Control):
        return _push_control(b, node, tangents, sweep)
    if isinstance(node.op, Rule):
        tangents = [None if t is None else Cotangent(materialise(b, t)) for t in tangents]
    masked = any(t is not None and t.mask is not None for t in tangents)
    finite = tuple(sweep.finiteness.of(v) for v in node.inputs) if masked else ()
    key = template_key(node, tangents, finite)
    template = sweep.templates.get(key)
    if template is None:
        template = sweep.templates[key] = transpose(b, node, tangents, finite)
    return template.apply(b, node, [t for t in tangents if t is not None])


def _push_control(b: Builder, node: Node, tangents: Sequence[Cotangent | None], sweep: Sweep) -> list[Cotangent | None]:
    """Control flow runs dual regions, by a rule of its own."""
    op: Any = node.op
    ts = tuple(None if t is None else Term(b, materialise(b, t)) for t in tangents)
    masks = [mask_of(b, t, v) for t, v in zip(tangents, node.inputs, strict=True)]
    flows: Flows = {}
    d = ForwardRegions(
        b,
        tuple(None if m is None else Term(b, m) for m in masks),
        tuple(sweep.finiteness.of(v) for v in node.inputs),
        partial(region_jvp, b.catalogue, b.origin, sweep.derivations),
        lambda region: flow(region, flows),
        sweep.finiteness.through,
    )
    operands = tuple(Term(b, v) for v in node.inputs)
    results = tuple(Term(b, r) for r in node.results)
    found = op.jvp(d, ts, results, operands, node.regions, *node.attrs)
    return [None if t is None else from_control(b, t) for t in found]


def region_jvp(
    catalogue: Catalogue,
    origin: Origin,
    derivations: Derivations,
    region: Graph,
    given: Flags,
    finite: Sequence[bool],
    both: bool = False,
) -> DerivedRegion:
    """The region (params, tangents of the moving params, masks) -> tangents of the outputs, `both`: the outputs, masks;
    see DerivedRegion."""
    key = ("jvp", region, given, tuple(finite), both, *asked_at(origin))
    if key in derivations:
        return derivations[key]
    b, params, outputs = opened(catalogue, region, origin)
    tangents, own = given_parameters(b, "t", params, given)
    unknown = Finiteness(p for p, known in zip(params, finite, strict=True) if not known)
    wrt = [p for p, t in zip(params, tangents, strict=True) if t is not None]
    moving = [t for t in tangents if t is not None]
    sweep = Sweep(asked_by(origin), derivations, unknown)
    found = _tangents(b, outputs, wrt, moving, sweep)
    clean = [None if t is None else Cotangent(materialise(b, t), t.mask) for t in found]
    derivations[key] = made = derived_region(b, (*params, *own), clean, outputs, outputs if both else ())
    return made
