"""Masked cotangents: zeros that are known by structure, so that no NaN is ever multiplied by them.

The cotangent that `where(c, a, b)` sends to `a` is zero where `c` is false, whatever happens on the way to the inputs.
VJPs are linear, so the zeros are not put in at once: the mask travels beside the value,

    where(m, vjp(g), 0)   instead of   vjp(where(m, g, 0)),

and is applied when parts are added up and at the end.  `sqrt` at 0 gives `inf * g` there, and is cut out.

A `Cotangent` has two masks.  `mask` is all that is known: the cotangent is zero where it is false.  `dirt` is what
must be applied to `value` to make that true of it; None if it already is.  Masks are built when they are needed, which
is seldom: a `Mask` is a recipe with parents, carried out once and without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.ir.builder import Builder, Term
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.ir.loops import add, elementwise, filled_like, selected
from graphc.ir.op import Masked
from graphc.ir.types import BOOL, StackType
from graphc.source import Origin


class Mask:
    """A boolean value that is built on demand: `build(b, *parents' values)`.

    The value None means true everywhere.  It broadcasts to the cotangent's shape.
    """

    __slots__ = ("build", "built", "origin", "parents", "value")

    def __init__(self, build: Callable[..., Any], parents: tuple[Mask, ...], origin: Origin) -> None:
        self.build = build
        self.parents = parents
        self.origin = origin
        self.built = False
        self.value: Any = None


@dataclass(frozen=True, slots=True)
class Cotangent:
    """A cotangent; see the module's text for the masks."""

    value: Value
    mask: Mask | None = None
    dirt: Mask | None = None


def force(b: Builder, mask: Mask) -> Any:
    """The mask's value, with the nodes for it appended to `b`."""
    here = b.origin
    stack = [mask]
    while stack:
        m = stack[-1]
        missing = [p for p in m.parents if not p.built]
        if m.built:
            stack.pop()
        elif missing:
            stack.extend(missing)
        else:
            b.origin = m.origin
            m.value = m.build(b, *[p.value for p in m.parents])
            m.built, m.parents = True, ()
    b.origin = here
    return mask.value


def from_rule(b: Builder, given: Any) -> Mask | None:
    """The mask that a VJP rule wrote: a term, or a function that makes one."""
    if given is None:
        return None
    if isinstance(given, Term):
        return known_mask(b, given.value)
    return Mask(lambda _: given().value, (), b.origin)


def from_control(b: Builder, given: Any) -> Cotangent:
    """What the rule of a control op wrote: a term, or one with a mask, its zeros in place."""
    value, mask, _ = as_masked(given)
    return Cotangent(value.value, from_rule(b, mask))


def both(b: Builder, m: Mask | None, n: Mask | None) -> Mask | None:
    """True where both are."""
    if m is None or n is m:
        return n
    return m if n is None else Mask(_and, (m, n), b.origin)


def _and(b: Builder, m: Value | None, n: Value | None) -> Value | None:
    if m is None or n is m:
        return n
    return m if n is None else elementwise(b, "logical_and", m, n)


def _or(b: Builder, *values: Value | None) -> Value | None:
    total: Value | None = None
    for value in dict.fromkeys(values):
        if value is None:
            return None
        total = value if total is None else elementwise(b, "logical_or", total, value)
    return total


# ---------------------------------------------------------------- shapes


def broadcast_axes(operand: tuple[Dim, ...], result: tuple[Dim, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of `result` that `operand` lacks, and those where it has size 1 instead."""
    lead = len(result) - len(operand)
    ones = tuple(i for i in range(lead, len(result)) if operand[i - lead] == 1 and result[i] != 1)
    return tuple(range(lead)), ones


def unbroadcast(b: Builder, value: Value, shape: tuple[Dim, ...], op: str = "sum") -> Value:
    """`value` summed (or combined by the reduction `op`) over the axes along which `shape` was broadcast to it."""
    lead, ones = broadcast_axes(shape, value.type.shape)
    term = Term(b, value)
    if not lead and not ones:
        return value
    if not ones:
        return b.value_of(op, term, lead, False)
    if not lead:
        return b.value_of(op, term, ones, True)
    return b.value_of("reshape", b.apply(op, term, lead + ones, False), shape)


def any_over_broadcast(b: Builder, mask: Mask, operand: tuple[Dim, ...], result: tuple[Dim, ...]) -> Mask:
    """The mask of an operand of shape `operand` that was broadcast to `result`."""
    if operand == result:
        return mask

    def build(b: Builder, m: Value | None) -> Value | None:
        if m is None:
            return None
        shape = m.type.shape
        if len(shape) > len(operand):
            return unbroadcast(b, m, operand, "any")
        return unbroadcast(b, m, operand[len(operand) - len(shape) :], "any")

    return Mask(build, (mask,), b.origin)


def full_shape(b: Builder, m: Value, shape: tuple[Dim, ...]) -> Value:
    """`m`, which may be written smaller, broadcast to `shape`."""
    return m if m.type.shape == shape else b.value_of("broadcast_to", Term(b, m), shape)


def spread(b: Builder, mask: Mask, axes: tuple[int, ...], keepdims: bool, rank: int) -> Mask:
    """The mask of a reduction's operand, of that rank: size 1 along the reduced axes."""

    def build(b: Builder, m: Value | None) -> Value | None:
        if m is None or keepdims or not m.type.shape or not axes:
            return m
        kept = rank - len(axes)
        sizes = iter((1,) * (kept - len(m.type.shape)) + m.type.shape)
        shape = tuple(1 if i in axes else next(sizes) for i in range(rank))
        return b.value_of("reshape", Term(b, m), shape)

    return Mask(build, (mask,), b.origin)


# ---------------------------------------------------------------- application


def materialise(b: Builder, g: Cotangent) -> Value:
    """The cotangent with its zeros in place."""
    if g.dirt is None:
        return g.value
    m = force(b, g.dirt)
    return g.value if m is None else selected(b, m, g.value)


def whole(b: Builder, m: Value | None, like: Value) -> Value:
    """The mask of a cotangent of `like`, at full size."""
    if m is None:
        return filled_like(b, True, like, BOOL)
    return m if isinstance(like.type, StackType) else full_shape(b, m, like.type.shape)


def mask_of(b: Builder, g: Cotangent | None, like: Value) -> Value | None:
    """The mask of a cotangent of `like` as a value at full size; None if it is true everywhere."""
    m = None if g is None or g.mask is None else force(b, g.mask)
    return None if m is None else whole(b, m, like)


def known_mask(b: Builder, value: Value) -> Mask:
    """A mask that is there."""
    return Mask(lambda _: value, (), b.origin)


def add_up(b: Builder, parts: Sequence[Cotangent]) -> Cotangent:
    """The sum, in the order given but for parts whose dirt is the same or opposite, which join before it is removed.

    If nothing else remains the sum keeps its dirt.  Masks are joined by `or`.
    """
    while len(parts) > 1 and any(p.dirt is not None for p in parts):
        joined = _join(b, parts)
        if len(joined) == len(parts):
            break
        parts = joined
    if len(parts) == 1:
        return parts[0]
    return Cotangent(_sum(b, [materialise(b, p) for p in parts]), _either(b, [p.mask for p in parts]))


def _sum(b: Builder, values: Sequence[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = add(b, total, value)
    return total


def _join(b: Builder, parts: Sequence[Cotangent]) -> list[Cotangent]:
    """One round of joining, with dirt c, `not c`, or these within the same outer mask m:

    where(c, g, 0) + where(c, h, 0)              =  where(c, g + h, 0)
    where(m and c, g, 0) + where(m and not c, h, 0)  =  where(m, where(c, g, h), 0)
    """
    groups: dict[Any, tuple[list[Cotangent], list[Cotangent]]] = {}
    for i, part in enumerate(parts):
        if part.dirt is None:
            groups[i] = ([part], [])
            continue
        outer, own = part.dirt.parents if part.dirt.build is _and and not part.dirt.built else (None, part.dirt)
        condition = force(b, own)
        negated = condition is not None and condition.node.op is b.catalogue["logical_not"]
        key = (outer, condition.node.inputs[0] if negated else condition)
        groups.setdefault(key, ([], []))[negated].append(part)
    return [_joined(b, key, yes, no) for key, (yes, no) in groups.items()]


def _joined(b: Builder, key: Any, yes: list[Cotangent], no: list[Cotangent]) -> Cotangent:
    """The sum of the parts with one dirt and of those with the opposite; the key is (outer mask, condition)."""
    everything = [*yes, *no]
    if len(everything) == 1:
        return everything[0]
    mask = _either(b, [p.mask for p in everything])
    if not yes or not no:
        return Cotangent(_sum(b, [p.value for p in everything]), mask, everything[0].dirt)
    outer, condition = key
    sides = [Term(b, _sum(b, [p.value for p in side])) for side in (yes, no)]
    value = b.value_of("where", Term(b, condition), *sides)
    if all(p.mask is p.dirt for p in everything):
        mask = outer
    return Cotangent(value, mask, outer)


def _either(b: Builder, masks: Sequence[Mask | None]) -> Mask | None:
    """True where one of them is; a missing one is true everywhere."""
    present = tuple(dict.fromkeys(m for m in masks if m is not None))
    if len(present) == 1 and None not in masks:
        return present[0]
    return None if None in masks else Mask(_or, present, b.origin)


def as_masked(result: Any) -> tuple[Any, Any, bool]:
    """(value, mask, clean) of what a VJP rule returned for an operand."""
    return (result.value, result.mask, result.clean) if isinstance(result, Masked) else (result, None, True)
