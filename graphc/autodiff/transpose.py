"""The JVP of an op, derived from its VJP.

A VJP rule is linear in the cotangent g:  g -> (J1' g, …, Jn' g).  Transposed in g, it is the JVP:

    (t1, …, tn) -> J1 t1 + … + Jn tn  =  gradient by g of  <J1' g, t1> + … + <Jn' g, tn>

so the reverse sweep is run over the nodes that the rule writes, from its results seeded with the tangents to g.  The
outcome doesn't read g.  It is kept as a template per op, types, attributes, constants and which operands have tangents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from graphc.autodiff.activity import Flows, carries_derivative, differentiable_inputs, flow
from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.masked import Cotangent, full_shape, materialise
from graphc.autodiff.pull import Context, pull
from graphc.autodiff.regions import parameter
from graphc.autodiff.reverse import gradient, region_vjp
from graphc.autodiff.zeros import Finiteness
from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.graph import Node, Value, reachable
from graphc.ir.op import Elementwise, NotDifferentiable, Product, Rule

LITERAL = 64  # elements: constants up to this size are part of a template, so that rules can look at them


@dataclass(frozen=True, slots=True)
class Template:
    """Nodes that compute the tangents of an op's results.

    `operands`, `results`, `tangents` stand for the values that are filled in (a literal operand for itself).
    """

    nodes: tuple[Node, ...]
    operands: tuple[Value, ...]
    results: tuple[Value, ...]
    tangents: tuple[Value, ...]
    outputs: tuple[Value | None, ...]

    def apply(self, b: Builder, node: Node, tangents: Sequence[Value]) -> list[Value | None]:
        """Append the nodes for `node`, and return the tangents of its results."""
        mapping: dict[Value, Value] = dict(zip(self.operands, node.inputs, strict=True))
        mapping.update(zip(self.results, node.results, strict=True))
        mapping.update(zip(self.tangents, tangents, strict=True))
        for inner in self.nodes:
            if isinstance(inner.op, Product):
                terms = [Term(b, mapping.get(v, v)) for v in inner.inputs]
                product = inner.op.cancels(b, *terms)
                if product is not None:
                    mapping[inner.results[0]] = full_shape(b, product.value, inner.results[0].type.shape)
                    continue
            copy = inner.copy(tuple([mapping.get(v, v) for v in inner.inputs]), origin=b.origin)
            mapping.update(zip(inner.results, copy.results, strict=True))
            b.nodes.append(copy)
        return [None if v is None else mapping.get(v, v) for v in self.outputs]


def template_key(node: Node, tangents: Sequence[Value | None]) -> tuple[Any, ...]:
    """What a template depends on."""
    return (
        node.op,
        node.attrs,
        node.regions,
        tuple([literal(v) or v.type for v in node.inputs]),
        tuple([None if t is None else t.type for t in tangents]),
    )


def literal(value: Value) -> Constant | None:
    """The data of a small constant."""
    node = value.node
    data = node.attrs[0] if node.attrs and not node.inputs else None
    return data if isinstance(data, Constant) and data.array.size <= LITERAL else None


def transpose(b: Builder, node: Node, tangents: Sequence[Value | None]) -> Template:
    """The template for a node some of whose operands have tangents.  Raises DerivativeError E0406."""
    outside = Builder(b.catalogue, b.default_float, b.origin)
    operands = tuple(_placeholder(outside, v) for v in node.inputs)
    ts = [None if t is None else parameter(outside, "t", t.type) for t in tangents]
    primal = Node(node.op, operands, node.attrs, node.regions, [r.type for r in node.results], b.origin)

    scratch = Builder(b.catalogue, b.default_float, b.origin)
    gs = [parameter(scratch, "g", r.type) if carries_derivative(r) else None for r in node.results]
    pairs = _vjp(scratch, primal, gs, ts)
    present = [g for g in gs if g is not None]
    if isinstance(node.op, Rule):
        _check_dependence(scratch, present, [y for y, _ in pairs], node)
    found = iter(_transposed(scratch, present, pairs, isinstance(node.op, Elementwise)))
    outputs = [None if g is None else next(found) for g in gs]
    outputs = [None if v is None else _like(scratch, v, r) for v, r in zip(outputs, primal.results, strict=True)]
    needed = reachable(v for v in outputs if v is not None)
    if any(g.node in needed for g in present):
        raise _not_linear(node)
    kept = tuple(n for n in scratch.nodes if n in needed)
    return Template(kept, operands, primal.results, tuple(t for t in ts if t is not None), tuple(outputs))


def _placeholder(b: Builder, value: Value) -> Value:
    """A literal is itself, so that a rule may look at it: `x ** 3` uses no logarithm."""
    data = literal(value)
    return parameter(b, "x", value.type) if data is None else b.constant(data)


def _vjp(b: Builder, primal: Node, gs: Sequence[Value | None], ts: Sequence[Value | None]) -> list[tuple[Value, Value]]:
    """The VJP of the operands that have a tangent, and that tangent.  Elementwise ones are not summed over what was
    broadcast: their tangents broadcast just as well."""
    flows: Flows = {}
    differentiate = partial(region_vjp, b.catalogue, b.origin)
    context = Context(differentiate, lambda region: flow(region, flows), Finiteness(), sums=False)
    inner = range(1, 1 + len(differentiable_inputs(primal))) if isinstance(primal.op, Rule) else range(len(ts))
    wanted = [t is not None and i in inner for i, t in enumerate(ts)]
    cotangents = [None if g is None else Cotangent(g) for g in gs]
    pulled = pull(b, primal, cotangents, wanted, context)
    return [(materialise(b, x), t) for x, t in zip(pulled, ts, strict=True) if x is not None and t is not None]


def _transposed(
    b: Builder, gs: Sequence[Value], pairs: Sequence[tuple[Value, Value]], elementwise: bool
) -> list[Value | None]:
    """The gradient by `gs` of the sum of <y, t> over the pairs (y, t)."""
    nodes = tuple(b.nodes)
    dependent = set(gs)
    for n in nodes:
        if not dependent.isdisjoint(n.inputs):
            dependent.update(n.results)
            elementwise = elementwise and isinstance(n.op, Elementwise)
    ys = [y for y, _ in pairs]
    if elementwise:
        return gradient(b, ys, gs, [t for _, t in pairs], nodes=nodes)
    return gradient(b, ys, gs, [full_shape(b, t, y.type.shape) for y, t in pairs], nodes=nodes)


def _like(b: Builder, tangent: Value, result: Value) -> Value:
    """The tangent at the type of the value that it belongs to."""
    dtype = result.type.dtype
    return full_shape(b, tangent if dtype.weak else b.cast(tangent, dtype), result.type.shape)


def _check_dependence(b: Builder, gs: Sequence[Value], ys: Sequence[Value], node: Node) -> None:
    """A hand-written cotangent must depend on g differentiably, or be zero."""
    dependent = set(gs)
    for n in b.nodes:
        if dependent.isdisjoint(n.inputs):
            continue
        if isinstance(n.op.vjp, NotDifferentiable) and not isinstance(n.op, Rule):
            raise _not_linear(node)
        dependent.update(n.results)
    for y in ys:
        if y not in dependent and not _is_zero(y):
            raise _not_linear(node)


def _is_zero(value: Value) -> bool:
    """A literal zero, perhaps broadcast or cast."""
    while len(value.node.inputs) == 1:
        (value,) = value.node.inputs
    data = literal(value)
    return data is not None and not np.any(data.array)


def _not_linear(node: Node) -> DerivativeError:
    return DerivativeError(
        "E0406",
        "this hand-written derivative isn't linear in its cotangent, so it has no forward mode",
        node.origin,
        "use grad, which only runs it backward",
    )
