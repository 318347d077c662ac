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
from graphc.ir.op import Masked
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
        value = given.value
        return Mask(lambda _: value, (), b.origin)
    return Mask(lambda _: given().value, (), b.origin)


def both(b: Builder, m: Mask | None, n: Mask | None) -> Mask | None:
    """True where both are."""
    if m is None or n is m:
        return n
    return m if n is None else Mask(_and, (m, n), b.origin)


def _and(b: Builder, m: Value | None, n: Value | None) -> Value | None:
    if m is None or n is m:
        return n
    return m if n is None else b.apply("logical_and", Term(b, m), Term(b, n)).value


def _or(b: Builder, *values: Value | None) -> Value | None:
    total: Value | None = None
    for value in dict.fromkeys(values):
        if value is None:
            return None
        total = value if total is None else b.apply("logical_or", Term(b, total), Term(b, value)).value
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
        return b.apply(op, term, lead, False).value  # type: ignore[no-any-return]
    if not lead:
        return b.apply(op, term, ones, True).value  # type: ignore[no-any-return]
    return b.apply("reshape", b.apply(op, term, lead + ones, False), shape).value  # type: ignore[no-any-return]


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
    return m if m.type.shape == shape else b.apply("broadcast_to", Term(b, m), shape).value


def spread(b: Builder, mask: Mask, axes: tuple[int, ...], keepdims: bool, rank: int) -> Mask:
    """The mask of a reduction's operand, of that rank: size 1 along the reduced axes."""

    def build(b: Builder, m: Value | None) -> Value | None:
        if m is None or keepdims or not m.type.shape or not axes:
            return m
        kept = rank - len(axes)
        sizes = iter((1,) * (kept - len(m.type.shape)) + m.type.shape)
        shape = tuple(1 if i in axes else next(sizes) for i in range(rank))
        return b.apply("reshape", Term(b, m), shape).value  # type: ignore[no-any-return]

    return Mask(build, (mask,), b.origin)


# ---------------------------------------------------------------- application


def materialise(b: Builder, g: Cotangent) -> Value:
    """The cotangent with its zeros in place."""
    if g.dirt is None:
        return g.value
    m = force(b, g.dirt)
    return g.value if m is None else b.apply("where", Term(b, m), Term(b, g.value), 0).value


def add_up(b: Builder, parts: Sequence[Cotangent]) -> Cotangent:
    """The sum, in the order given but for parts with the same dirt, which are added before it is removed.

    A sum all of whose parts have the same dirt keeps it.  Masks are joined by `or`.
    """
    if len(parts) == 1:
        return parts[0]
    if any(p.dirt is not None for p in parts):
        parts = _group(b, parts, lambda dirt: dirt)
        if len(parts) > 1:
            parts = _join_complements(b, _group(b, parts, lambda dirt: force(b, dirt)))
    if len(parts) == 1:
        return parts[0]
    return Cotangent(_sum(b, [materialise(b, p) for p in parts]), _either(b, [p.mask for p in parts]))


def _sum(b: Builder, values: Sequence[Value]) -> Value:
    total = Term(b, values[0])
    for value in values[1:]:
        total = b.apply("add", total, Term(b, value))
    return total.value


def _group(b: Builder, parts: Sequence[Cotangent], key: Callable[[Mask], Any]) -> Sequence[Cotangent]:
    """Add up the parts whose dirt has the same key."""
    groups: dict[Any, list[Cotangent]] = {}
    for i, part in enumerate(parts):
        groups.setdefault((i,) if part.dirt is None else key(part.dirt), []).append(part)
    return [
        group[0]
        if len(group) == 1
        else Cotangent(_sum(b, [p.value for p in group]), _either(b, [p.mask for p in group]), group[0].dirt)
        for group in groups.values()
    ]


def _either(b: Builder, masks: Sequence[Mask | None]) -> Mask | None:
    """True where one of them is; a missing one is true everywhere."""
    present = tuple(dict.fromkeys(m for m in masks if m is not None))
    if len(present) == 1 and None not in masks:
        return present[0]
    return None if None in masks else Mask(_or, present, b.origin)


def _join_complements(b: Builder, parts: Sequence[Cotangent]) -> Sequence[Cotangent]:
    """`where(c, g, 0) + where(not c, h, 0)` is `where(c, g, h)`."""
    negation = b.catalogue["logical_not"]
    open_parts: dict[tuple[Value, bool], int] = {}
    joined: list[Cotangent | None] = list(parts)
    for i, part in enumerate(parts):
        m = None if part.dirt is None else force(b, part.dirt)
        if m is None:
            continue
        positive = m.node.inputs[0] if m.node.op is negation else m
        j = open_parts.pop((positive, m is not positive), None)
        if j is None:
            open_parts[positive, m is positive] = i
            continue
        yes, no = (parts[j], part) if m is not positive else (part, parts[j])
        value = b.apply("where", Term(b, positive), Term(b, yes.value), Term(b, no.value)).value
        everywhere = yes.mask is yes.dirt and no.mask is no.dirt
        masks = (yes.mask, no.mask)
        joined[j] = Cotangent(value, None if everywhere else _either(b, masks))
        joined[i] = None
    return [p for p in joined if p is not None]


def as_masked(result: Any) -> tuple[Any, Any, bool]:
    """(value, mask, clean) of what a VJP rule returned for an operand."""
    return (result.value, result.mask, result.clean) if isinstance(result, Masked) else (result, None, True)
