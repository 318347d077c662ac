"""One step of the reverse sweep: the cotangents of a node's results, pulled back to its operands.

In: a node, cotangents of its results, which operands want one.  Out: a `Cotangent` or None per operand; the nodes that
the op's VJP rule wrote are appended to the builder.  Knows ops by their kind and record only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.autodiff.masked import (
    Cotangent,
    Mask,
    any_over_broadcast,
    as_masked,
    both,
    from_control,
    from_rule,
    full_shape,
    mask_of,
    materialise,
    spread,
    unbroadcast,
    whole,
)
from graphc.autodiff.zeros import Finiteness, keeps_zero
from graphc.ir.builder import Builder, Term
from graphc.ir.derivation import RegionFlow, RegionVjp, ReverseRegions
from graphc.ir.graph import Node, Value
from graphc.ir.op import Contraction, Control, Elementwise, Rule
from graphc.ir.region import copy_into
from graphc.ir.types import I64
from graphc.source import Origin

Pulled: TypeAlias = "list[Cotangent | None]"


@dataclass(frozen=True, slots=True)
class Context:
    """What a sweep lends to its steps.

    How to differentiate a region, what its outputs depend on, what is known to be finite, and whether cotangents of
    elementwise operands are summed over the axes along which the operand was broadcast (else they keep the shape of
    the result).
    """

    region_vjp: RegionVjp
    region_flow: RegionFlow
    finiteness: Finiteness
    sums: bool = True


def pull(b: Builder, node: Node, gs: Sequence[Cotangent | None], wanted: Sequence[bool], context: Context) -> Pulled:
    """The cotangents of the operands that want one."""
    op = node.op
    if isinstance(op, Control):
        return _pull_control(b, node, gs, wanted, context)
    if isinstance(op, Rule):
        return _pull_hand_written(b, node, gs, wanted)
    if len(gs) > 1:
        results, masks, mark = _apply_to_several(b, node, gs)
    else:
        (g,) = gs
        if g is None:
            return [None] * len(node.inputs)
        if g.mask is None:
            mark, masks = len(b.nodes), None
            results = call_rule(b, node, Term(b, g.value))
        else:
            results, masks, mark = _apply_masked(b, node, g, context)
    if not all(wanted):
        _drop_unwanted(b, mark, results, wanted)
    return [
        _assemble(b, node, i, r, masks, context.sums) if w and r is not None else None
        for i, (r, w) in enumerate(zip(results, wanted, strict=True))
    ]


def call_rule(b: Builder, node: Node, g: Any, inputs: Sequence[Value] | None = None) -> Sequence[Any]:
    """What the VJP rule returns, one thing per operand.  `inputs` may stand for the node's own."""
    op: Any = node.op
    y: Any = tuple(Term(b, r) for r in node.results) if len(node.results) > 1 else Term(b, node.results[0])
    operands = [Term(b, v) for v in (node.inputs if inputs is None else inputs)]
    if op.variadic:
        returned = op.vjp(b, g, y, tuple(operands), *node.attrs)
    else:
        returned = op.vjp(b, g, y, *operands, *node.attrs)
    if returned is None:
        return [None] * len(operands)
    if not isinstance(returned, tuple | list):
        return (returned,)
    return returned[0] if op.variadic and len(returned) == 1 and isinstance(returned[0], tuple | list) else returned


def _drop_unwanted(b: Builder, mark: int, results: Sequence[Any], wanted: Sequence[bool]) -> None:
    """Take back what the rule wrote for operands that want nothing (unless a mask's function may still refer to it)."""
    needed: set[Value] = set()
    for r, w in zip(results, wanted, strict=True):
        value, mask, _ = as_masked(r)
        if callable(mask):
            return
        if w and value is not None:
            needed.update(t.value for t in (value, mask) if t is not None)
    kept = []
    for node in reversed(b.nodes[mark:]):
        if not needed.isdisjoint(node.results):
            needed.update(node.inputs)
            kept.append(node)
    b.nodes[mark:] = reversed(kept)


# ---------------------------------------------------------------- masks

MOVING = ("moves", "accumulates")

# Per operand: the mask that came with g, and what of it must still be applied.
Masks: TypeAlias = "Sequence[tuple[Mask | None, Mask | None]]"


def _assemble(b: Builder, node: Node, i: int, result: Any, masks: Masks | None, sums: bool) -> Cotangent:
    """The cotangent of operand `i`: what the rule returned, its own mask, the mask of g, summed over what broadcast."""
    operand = node.inputs[i]
    if masks is None and isinstance(result, Term):
        cotangent = Cotangent(result.value)
    else:
        value, given, clean = as_masked(result)
        own = from_rule(b, given)
        mask, dirt = masks[i] if masks is not None else (None, None)
        if mask is None or node.op.mask not in MOVING:  # a mask that was moved has been where `own` comes from
            mask = both(b, mask, own)
            dirt = dirt if clean else both(b, dirt, own)
        elif dirt is None and not clean:
            dirt = own
        cotangent = Cotangent(value.value, mask, dirt)
    if not sums or not isinstance(node.op, Elementwise):
        return cotangent
    shape, target = node.results[0].type.shape, operand.type.shape
    if shape == target:
        return cotangent
    summed = unbroadcast(b, materialise(b, cotangent), target)
    return Cotangent(summed, cotangent.mask and any_over_broadcast(b, cotangent.mask, target, shape))


def _apply_masked(b: Builder, node: Node, g: Cotangent, context: Context) -> tuple[Sequence[Any], Masks, int]:
    """Call the rule on a masked cotangent, and pass the mask on as the op's record says."""
    op: Any = node.op
    count = len(node.inputs)
    assert g.mask is not None
    if op.mask in ("pointwise", "spread", "moves"):
        return _apply_in_place(b, node, g)
    seed = materialise(b, g)
    if callable(op.mask):
        return _apply_contraction(b, node, seed, _called(b, node, g.mask), context.finiteness)
    mark = len(b.nodes)
    results = call_rule(b, node, Term(b, seed))
    if op.mask == "accumulates":
        return results, [(m, None) for m in _accumulated(b, node, g.mask)], mark
    return results, [(None, None)] * count, mark


def _apply_in_place(b: Builder, node: Node, g: Cotangent) -> tuple[Sequence[Any], Masks, int]:
    """Elements don't mix, so what is not yet zero may stay so: the dirt passes like the mask."""
    op: Any = node.op
    mark = len(b.nodes)
    results = call_rule(b, node, Term(b, g.value))
    kept = [
        g.dirt is g.mask or (r is not None and keeps_zero(op, b.nodes[mark:], g.value, as_masked(r)[0].value))
        for r in results
    ]
    masks, dirts = (_passed(b, node, m) for m in (g.mask, g.dirt))
    if g.dirt is g.mask:
        dirts = masks
    return results, [(m, d if k else m) for m, d, k in zip(masks, dirts, kept, strict=True)], mark


def _passed(b: Builder, node: Node, mask: Mask | None) -> list[Mask | None]:
    """A mask of the result, for each operand."""
    op: Any = node.op
    if mask is not None and op.mask == "moves":
        return _moved(b, node, mask)
    if mask is not None and op.mask == "spread":
        axes, keepdims = node.attrs[:2]
        return [spread(b, mask, axes, keepdims, len(node.inputs[0].type.shape))]
    return [mask] * len(node.inputs)


def _apply_contraction(
    b: Builder, node: Node, seed: Value, masks: list[Mask | None], finiteness: Finiteness
) -> tuple[Sequence[Any], Masks, int]:
    """Products of a zero and an infinity are kept out of the sums.

    Where an operand's mask is false all its products have a zero cotangent, so its own value may be replaced by 0.
    What remains are zeros times infinities that count elsewhere, in elements which the masks know.
    """
    infinite = [not finiteness.of(v) for v in node.inputs]
    inputs = [
        materialise(b, Cotangent(v, m, m)) if bad else v for v, m, bad in zip(node.inputs, masks, infinite, strict=True)
    ]
    mark = len(b.nodes)
    results = call_rule(b, node, Term(b, seed), inputs)
    clean = [
        isinstance(node.op, Contraction) and not any(bad for j, bad in enumerate(infinite) if j != i)
        for i in range(len(inputs))
    ]
    return results, [(m, None if c else m) for m, c in zip(masks, clean, strict=True)], mark


def _bundle(
    b: Builder, parents: tuple[Mask, ...], count: int, build: Callable[..., Sequence[Value | None]]
) -> list[Mask | None]:
    """Masks for all operands that are made at once, when the first of them is needed."""
    made = Mask(build, parents, b.origin)

    def pick(i: int) -> Mask:
        return Mask(lambda _, values: values[i], (made,), b.origin)

    return [pick(i) for i in range(count)]


def _moved(b: Builder, node: Node, mask: Mask) -> list[Mask | None]:
    """The VJP of a view moves the mask as it moves the cotangent, filling with false."""

    def build(b: Builder, m: Value | None) -> Sequence[Value | None]:
        return [_own_and(b, r) for r in call_rule(b, node, Term(b, whole(b, m, node.results[0])))]

    return _bundle(b, (mask,), len(node.inputs), build)


def _own_and(b: Builder, result: Any) -> Value | None:
    """A moved mask, and the mask which the rule itself puts on it."""
    value, own, clean = as_masked(result)
    if value is None:
        return None
    if own is None or clean:
        return value.value  # type: ignore[no-any-return]
    return b.value_of("logical_and", value, own if isinstance(own, Term) else own())


def _accumulated(b: Builder, node: Node, mask: Mask) -> list[Mask | None]:
    """Where an element was used several times, one use that counts is enough: the VJP of 0/1, compared with 0."""
    dtype = node.results[0].type.dtype if isinstance(node.op, Contraction) else I64  # the former takes means

    def build(b: Builder, m: Value | None) -> Sequence[Value | None]:
        counts = call_rule(b, node, Term(b, b.cast(whole(b, m, node.results[0]), dtype)))
        return [None if r is None else b.value_of("not_equal", as_masked(r)[0], 0) for r in counts]

    return _bundle(b, (mask,), len(node.inputs), build)


def _called(b: Builder, node: Node, mask: Mask) -> list[Mask | None]:
    """The record's own rule for masks."""
    op: Any = node.op

    def build(b: Builder, m: Value | None) -> Sequence[Value | None]:
        if m is None:
            return [None] * len(node.inputs)
        whole = Term(b, full_shape(b, m, node.results[0].type.shape))
        operands = [Term(b, v) for v in node.inputs]
        if op.variadic:
            returned = op.mask(b, whole, tuple(operands), *node.attrs)
        else:
            returned = op.mask(b, whole, *operands, *node.attrs)
        listed = returned if isinstance(returned, tuple | list) else (returned,)
        return [None if r is None else r.value for r in listed]

    return _bundle(b, (mask,), len(node.inputs), build)


# ---------------------------------------------------------------- several results, rules, regions


def _apply_to_several(
    b: Builder, node: Node, gs: Sequence[Cotangent | None]
) -> tuple[Sequence[Any], Masks | None, int]:
    """Of an op with several results, views keep the masks; the others get cotangents with their zeros in place."""
    op: Any = node.op
    seeds = tuple(None if g is None else Term(b, materialise(b, g)) for g in gs)
    mark = len(b.nodes)
    results = call_rule(b, node, seeds)
    if op.mask != "moves" or not any(g is not None and g.mask is not None for g in gs):
        return results, None, mark
    everywhere = Mask(lambda _: None, (), b.origin)
    parents = tuple(everywhere if g is None or g.mask is None else g.mask for g in gs)
    present = [g is not None for g in gs]

    def build(b: Builder, *ms: Value | None) -> Sequence[Value | None]:
        wholes = tuple(
            Term(b, whole(b, m, r)) if p else None for m, r, p in zip(ms, node.results, present, strict=True)
        )
        return [_own_and(b, r) for r in call_rule(b, node, wholes)]

    return results, [(m, None) for m in _bundle(b, parents, len(node.inputs), build)], mark


def _pull_hand_written(b: Builder, node: Node, gs: Sequence[Cotangent | None], wanted: Sequence[bool]) -> Pulled:
    """The region of a hand-written rule, inlined: (gs, operands) -> cotangents of the parameters."""
    pulled: Pulled = [None] * len(node.inputs)
    if all(g is None for g in gs):
        return pulled
    (region,) = node.regions
    seeds = [_seed(b, g, p) for g, p in zip(gs, region.params, strict=False)]
    mapping = copy_into(
        b,
        region,
        dict(zip(region.params, (*seeds, *node.inputs), strict=True)),
        lambda written: Origin(written.spans, written.call or b.origin.call, b.origin.derived),
    )
    for i, output in enumerate(region.outputs, len(node.results)):
        if wanted[i]:
            value = mapping.get(output.value, output.value)
            pulled[i] = Cotangent(full_shape(b, value, node.inputs[i].type.shape))
    return pulled


def _seed(b: Builder, g: Cotangent | None, parameter: Value) -> Value:
    """The cotangent that a rule is given; zeros of a result that nothing differentiable reads."""
    type = parameter.type
    if g is None:
        return full_shape(b, b.number(0, type.dtype), type.shape)
    return b.cast(materialise(b, g), type.dtype)


def _pull_control(
    b: Builder, node: Node, gs: Sequence[Cotangent | None], wanted: Sequence[bool], context: Context
) -> Pulled:
    """Control flow differentiates its regions by a rule of its own, which passes masks through them."""
    op: Any = node.op
    seeds = tuple(None if g is None else Term(b, materialise(b, g)) for g in gs)
    masks = [mask_of(b, g, r) for g, r in zip(gs, node.results, strict=True)]
    d = ReverseRegions(
        b,
        tuple(wanted),
        tuple(None if m is None else Term(b, m) for m in masks),
        tuple(context.finiteness.of(v) for v in node.inputs),
        context.region_vjp,
        context.region_flow,
        context.finiteness.through,
    )
    results = tuple(Term(b, r) for r in node.results)
    operands = tuple(Term(b, v) for v in node.inputs)
    pulled = op.vjp(d, seeds, results, operands, node.regions, *node.attrs)
    return [from_control(b, t) if t is not None and w else None for t, w in zip(pulled, wanted, strict=True)]
