"""The JVP of an op, derived from its VJP.

A VJP rule is linear in the cotangent g:  g -> (J1' g, …, Jn' g).  Transposed in g, it is the JVP:

    (t1, …, tn) -> J1 t1 + … + Jn tn  =  gradient by g of  <J1' g, t1> + … + <Jn' g, tn>

so the reverse sweep is run over the nodes that the rule writes, from its results seeded with the tangents to g.  The
outcome doesn't read g.  It is kept as a template per op, types, attributes, constants and which operands have tangents.
Masks on the tangents are seeds of that sweep, too, and it gives those of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from graphc.autodiff.activity import Flows, carries_derivative, differentiable_places, flow
from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.masked import Cotangent, Mask, force, full_shape, known_mask, materialise, whole
from graphc.autodiff.pull import Context, pull
from graphc.autodiff.regions import parameter
from graphc.autodiff.reverse import Request, cotangents, region_vjp
from graphc.autodiff.zeros import Finiteness
from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.derivation import mask_type
from graphc.ir.graph import Node, Value, reachable
from graphc.ir.op import Cancelled, Elementwise, NotDifferentiable, Product, Rule

LITERAL = 64  # elements: constants up to this size are part of a template, so that rules can look at them


@dataclass(frozen=True, slots=True)
class Result:
    """The tangent of a result in a template: its value, its mask and what of that is still to be applied."""

    value: Value
    mask: Value | None
    dirt: Value | None


@dataclass(frozen=True, slots=True)
class Template:
    """Nodes that compute the tangents of an op's results, and those that compute their masks.

    `operands`, `results`, `tangents`, `masks` stand for the values that are filled in (a literal operand for itself).
    """

    nodes: tuple[Node, ...]
    behind_masks: tuple[Node, ...]
    operands: tuple[Value, ...]
    results: tuple[Value, ...]
    tangents: tuple[Value, ...]
    masks: tuple[Value, ...]
    outputs: tuple[Result | None, ...]

    def apply(self, b: Builder, node: Node, tangents: Sequence[Cotangent]) -> list[Cotangent | None]:
        """Append the nodes for `node`, and return the tangents of its results."""
        mapping: dict[Value, Value] = dict(zip(self.operands, node.inputs, strict=True))
        mapping.update(zip(self.results, node.results, strict=True))
        mapping.update(zip(self.tangents, [t.value for t in tangents], strict=True))
        given = [m for t in tangents for m in masks_of(t)]
        masks = dict(zip(self.masks, given, strict=True))
        read = {v for n in self.nodes for v in n.inputs} & masks.keys() if masks else ()
        mapping.update((p, whole(b, force(b, masks[p]), p)) for p in self.masks if p in read)

        def release(product: Cancelled) -> None:
            for p, m in masks.items():
                masks[p] = rest = _released(b, product, m)
                if p in mapping and rest is not m:
                    mapping[p] = whole(b, force(b, rest), p)

        _copied(b, self.nodes, mapping, release)
        given = list(masks.values())

        def mask(value: Value | None) -> Mask | None:
            if value is None or value in masks:
                return None if value is None else masks[value]
            return Mask(partial(self._mask, mapping, value), tuple(given), b.origin)

        found: list[Cotangent | None] = []
        for r in self.outputs:
            own = None if r is None else mask(r.mask)
            found.append(
                None
                if r is None
                else Cotangent(mapping.get(r.value, r.value), own, own if r.dirt is r.mask else mask(r.dirt))
            )
        return found

    def _mask(self, mapping: dict[Value, Value], value: Value, b: Builder, *masks: Value | None) -> Value:
        """A mask of a result from those of the tangents, once one asks for it."""
        missing = [(p, m) for p, m in zip(self.masks, masks, strict=True) if p not in mapping]
        mapping.update((p, whole(b, m, p)) for p, m in missing)
        _copied(b, [n for n in self.behind_masks if n.results[0] not in mapping], mapping)
        return mapping.get(value, value)


def _copied(
    b: Builder, nodes: Sequence[Node], mapping: dict[Value, Value], cancel: Callable[[Cancelled], None] | None = None
) -> None:
    """Append copies of the nodes; `cancel` is told of products in which a kink cancels."""
    for node in nodes:
        if cancel is not None and isinstance(node.op, Product):
            product = node.op.cancels(b, *[Term(b, mapping.get(v, v)) for v in node.inputs])
            if product is not None:
                cancel(product)
                mapping[node.results[0]] = full_shape(b, product.value.value, node.results[0].type.shape)
                continue
        copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]), origin=b.origin)
        mapping.update(zip(node.results, copy.results, strict=True))
        b.add(copy)


def _released(b: Builder, product: Cancelled, mask: Mask) -> Mask:
    """The mask of a tangent without what only said that the tangent is 0 at the kink, which is none any more."""
    value = force(b, mask)
    rest = None if value is None else product.releases(value)
    return mask if rest is value else Mask(lambda _: rest, (), b.origin)


def masks_of(t: Cotangent | None) -> list[Mask]:
    """The mask of a tangent, and its dirt if that is another."""
    if t is None:
        return []
    return [m for m in dict.fromkeys((t.mask, t.dirt)) if m is not None]


def template_key(node: Node, tangents: Sequence[Cotangent | None], finite: Sequence[bool]) -> tuple[Any, ...]:
    """What a template depends on."""
    return (
        node.op,
        node.attrs,
        node.regions,
        tuple([literal(v) or v.type for v in node.inputs]),
        tuple([None if t is None else (t.value.type, *_kind(t)) for t in tangents]),
        tuple(finite),
    )


def _kind(t: Cotangent) -> tuple[bool, bool, bool]:
    return t.mask is not None, t.dirt is not None, t.dirt is t.mask


def literal(value: Value) -> Constant | None:
    """The data of a small constant."""
    node = value.node
    data = node.attrs[0] if node.attrs and not node.inputs else None
    return data if isinstance(data, Constant) and data.array.size <= LITERAL else None


def transpose(b: Builder, node: Node, tangents: Sequence[Cotangent | None], finite: Sequence[bool]) -> Template:
    """The template for a node some of whose operands have tangents; `finite`: which operands are for ordinary inputs,
    asked where tangents have masks.  Raises DerivativeError E0406."""
    outside = Builder(b.catalogue, b.default_float, b.origin)
    operands = tuple(_placeholder(outside, v) for v in node.inputs)
    ts = [None if t is None else _tangent(outside, t) for t in tangents]
    unknown = [v for v, known in zip(operands, finite, strict=False) if not known]
    primal = Node(node.op, operands, node.attrs, node.regions, [r.type for r in node.results], b.origin)

    scratch = Builder(b.catalogue, b.default_float, b.origin)
    gs = [parameter(scratch, "g", r.type) if carries_derivative(r) else None for r in node.results]
    pairs = _vjp(scratch, primal, gs, ts)
    present = [g for g in gs if g is not None]
    if isinstance(node.op, Rule):
        _check_dependence(scratch, present, [y for y, _ in pairs], node)
    found = iter(_transposed(scratch, present, pairs, isinstance(node.op, Elementwise), Finiteness(unknown)))
    spread = [None if g is None else next(found) for g in gs]
    outputs = [None if t is None else _result(scratch, t, r) for t, r in zip(spread, primal.results, strict=True)]
    needed = reachable(r.value for r in outputs if r is not None)
    masking = reachable(m for r in outputs if r is not None for m in (r.mask, r.dirt) if m is not None)
    if any(g.node in needed or g.node in masking for g in present):
        raise _not_linear(node)
    kept = tuple(n for n in scratch.nodes if n in needed)
    behind = tuple(n for n in scratch.nodes if n in masking and n not in needed)
    own = [t for t in ts if t is not None]
    masks = tuple(force(outside, m) for t in own for m in masks_of(t))
    return Template(kept, behind, operands, primal.results, tuple(t.value for t in own), masks, tuple(outputs))


def _tangent(b: Builder, t: Cotangent) -> Cotangent:
    """A placeholder for a tangent, and for its masks."""
    masks = {m: known_mask(b, parameter(b, "m", mask_type(t.value.type))) for m in masks_of(t)}
    value = parameter(b, "t", t.value.type)
    return Cotangent(value, t.mask and masks[t.mask], t.dirt and masks[t.dirt])


def _result(b: Builder, tangent: Cotangent, result: Value) -> Result:
    mask, dirt = (None if m is None else force(b, m) for m in (tangent.mask, tangent.dirt))
    return Result(_like(b, tangent.value, result), mask, dirt)


def _placeholder(b: Builder, value: Value) -> Value:
    """A literal is itself, so that a rule may look at it: `x ** 3` uses no logarithm."""
    data = literal(value)
    return parameter(b, "x", value.type) if data is None else b.constant(data)


def _vjp(
    b: Builder, primal: Node, gs: Sequence[Value | None], ts: Sequence[Cotangent | None]
) -> list[tuple[Value, Cotangent]]:
    """The VJP of the operands that have a tangent, and that tangent.  Elementwise ones are not summed over what was
    broadcast: their tangents broadcast just as well."""
    flows: Flows = {}
    differentiate = partial(region_vjp, b.catalogue, b.origin, {})
    context = Context(differentiate, lambda region: flow(region, flows), Finiteness(), sums=False)
    inner = differentiable_places(primal)
    wanted = [t is not None and i in inner for i, t in enumerate(ts)]
    seeds = [None if g is None else Cotangent(g) for g in gs]
    pulled = pull(b, primal, seeds, wanted, context)
    return [(materialise(b, x), t) for x, t in zip(pulled, ts, strict=True) if x is not None and t is not None]


def _transposed(
    b: Builder,
    gs: Sequence[Value],
    pairs: Sequence[tuple[Value, Cotangent]],
    elementwise: bool,
    finiteness: Finiteness,
) -> list[Cotangent | None]:
    """The gradient by `gs` of the sum of <y, t> over the pairs (y, t)."""
    nodes = tuple(b.nodes)
    dependent = set(gs)
    for n in nodes:
        if not dependent.isdisjoint(n.inputs):
            dependent.update(n.results)
            elementwise = elementwise and isinstance(n.op, Elementwise)
    ys = [y for y, _ in pairs]
    seeds = [t if elementwise else Cotangent(full_shape(b, t.value, y.type.shape), t.mask, t.dirt) for y, t in pairs]
    return cotangents(b, ys, gs, seeds, Request(finiteness=finiteness, clean=False), nodes=nodes)


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
