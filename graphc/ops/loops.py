"""Loops: `for` and `while` repeat a region, carry values from step to step, and collect others.

A region is closed: what it uses from outside are its last parameters, the captures.  A loop of known length collects
into tensors, one that only runs tell into stacks, which another loop goes over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from graphc.ir.dims import Dim
from graphc.ir.graph import Graph
from graphc.ir.layout import Loop
from graphc.ir.loops import Span
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Control,
    Inferred,
    Note,
    Operand,
    TypeRuleError,
    within_limit,
)
from graphc.ir.types import BOOL, ELEMENTS, I64, Array, StackType, TensorType
from graphc.ops.loop_forward import for_jvp, while_jvp
from graphc.ops.loop_reverse import for_vjp, while_vjp

INDEX = TensorType(I64)

# ---------------------------------------------------------------- type rules


def _for_layout(mapped: int, carried: int, length: Dim | None, reverse: bool, checkpoint: int) -> Loop:
    def resized(mapped: int, carried: int) -> tuple[Any, ...]:
        return (mapped, carried, length, reverse, checkpoint)

    return Loop(
        int(length is None and not mapped), 1, mapped, carried, int(length is None and mapped > 0), length, resized
    )


def _while_layout(carried: int) -> Loop:
    return Loop(0, 0, 0, carried, 0, None, lambda _, carried: (carried,))


def _for_type(types: Sequence[Any], attrs: tuple[Any, ...], regions: Sequence[Graph]) -> Inferred:
    mapped, carried, length, reverse, checkpoint = attrs
    length = _length(types, mapped, length)
    layout = _for_layout(mapped, carried, length, reverse, checkpoint)
    if layout.head and types[0] != INDEX:
        raise TypeRuleError("E0304", f"a loop counts to an i64 scalar, not {types[0]}", (Note(0, str(types[0])),))
    if isinstance(length, int) and length < 0:
        raise TypeRuleError("E0309", f"the length of a loop can't be {length}")
    if checkpoint < 0:
        raise TypeRuleError("E0309", f"checkpoint is a number of steps, not {checkpoint}")
    (body,) = regions
    slices = [t.element if isinstance(t, StackType) else t.with_shape(t.shape[1:]) for t in _mapped(types, layout)]
    others = types[layout.head + mapped :]
    _check_parameters(body, (INDEX, *slices, *others))
    collected = _check_carried(body, others[:carried])
    return Inferred(
        (*others[:carried], *(_collection(t, length) for t in collected)),
        (mapped, carried, length, bool(reverse), checkpoint),
    )


def _mapped(types: Sequence[Any], layout: Loop) -> Sequence[Any]:
    return types[layout.head : layout.head + layout.mapped]


def _length(types: Sequence[Any], mapped: int, length: Dim | None) -> Dim | None:
    """The length of a loop, if it is known: that of the tensors it goes over."""
    for i, t in enumerate(types[:mapped]):
        if isinstance(t, StackType) != isinstance(types[0], StackType):
            message = "a loop goes over tensors or over stacks: nobody knows whether a stack has the length of a tensor"
            raise TypeRuleError("E0310", message, (Note(0, str(types[0])), Note(i, str(t))))
        if isinstance(t, StackType):
            continue
        if not t.shape:
            message = "a loop goes over the first axis of tensors, and a scalar has none"
            raise TypeRuleError("E0311", message, (Note(i, str(t)),), "range({0}) counts up to a number")
        if t.shape[0] != types[0].shape[0]:
            a, b = types[0].shape[0], t.shape[0]
            message = f"a loop goes over several tensors at once, but their lengths are {a} and {b}"
            notes = (Note(0, f"{a} comes from here", 0), Note(i, f"{b} comes from here", 0))
            raise TypeRuleError("E0310", message, notes)
    if not mapped:
        return length
    return None if isinstance(types[0], StackType) else types[0].shape[0]


def _while_type(types: Sequence[Any], attrs: tuple[Any, ...], regions: Sequence[Graph]) -> Inferred:
    (carried,) = attrs
    condition, body = regions
    _check_parameters(condition, types)
    _check_parameters(body, types)
    (test,) = condition.outputs
    if test.value.type != TensorType(BOOL):
        raise TypeRuleError("E0304", f"a condition is a boolean scalar, not {test.value.type}")
    collected = _check_carried(body, types[:carried])
    return Inferred((*types[:carried], *(_collection(t, None) for t in collected)), attrs)


def _check_parameters(region: Graph, types: Sequence[Any]) -> None:
    found = [p.type for p in region.params]
    if found != list(types):
        a, b = (", ".join(map(str, t)) for t in (found, types))
        raise TypeRuleError("E0318", f"the region of a loop takes {a}, but gets {b}")


def _check_carried(body: Graph, carried: Sequence[Any]) -> list[Any]:
    """The types of what is collected, after those of the carried, which stay the same."""
    found = [o.value.type for o in body.outputs]
    for i, (before, after) in enumerate(zip(carried, found, strict=False)):
        if before != after:
            name = body.outputs[i].value.name
            shown = f"{name} is" if name else "a value is"
            raise TypeRuleError("E0318", f"{shown} {before} before a step of the loop and {after} after it")
    return found[len(carried) :]


def _collection(element: Any, length: Dim | None) -> TensorType | StackType:
    if not isinstance(element, TensorType):
        raise TypeRuleError("E0304", f"a loop collects tensors, not a {element}")
    if length is None:
        return StackType(element)
    return within_limit(TensorType(element.dtype, (length, *element.shape)))


# ---------------------------------------------------------------- evaluation

Body = Callable[..., Sequence[Any]]


def _for(
    regions: Sequence[Any],
    arrays: Sequence[Any],
    mapped: int,
    carried: int,
    length: int | None,
    reverse: bool,
    checkpoint: int,
) -> tuple[Any, ...]:
    """Results of known length are written where they belong; else they are lists, in the order of their indices."""
    (body,) = regions
    head = int(length is None and not mapped)
    sequences = arrays[head : head + mapped]
    count = length if length is not None else len(sequences[0]) if sequences else max(int(arrays[0]), 0)
    state, captures = tuple(arrays[head + mapped :][:carried]), tuple(arrays[head + mapped + carried :])
    kinds = body.types[carried:]
    collected = [[None] * count if length is None else np.empty((count, *t.shape), t.dtype.numpy) for t in kinds]
    slices = [_slices(s, reverse) for s in sequences]
    indices = range(count - 1, -1, -1) if reverse else range(count)
    for i, *elements in zip(indices, *slices, strict=True):
        results = body(np.int64(i), *elements, *state, *captures)
        state = results[:carried]
        for place, element in zip(collected, results[carried:], strict=True):
            if isinstance(place, list):
                place[i] = element
            else:
                place[i, ...] = element  # otherwise objects (strings) stay in arrays of their own
    return (*state, *collected)


def _slices(sequence: Any, reverse: bool) -> Iterator[Any]:
    """The elements of a stack or along the first axis of a tensor; strings as arrays, too."""
    ordered = reversed(sequence) if reverse and isinstance(sequence, list) else sequence[::-1] if reverse else sequence
    if isinstance(sequence, np.ndarray) and sequence.dtype.hasobject and sequence.ndim == 1:
        return (np.asarray(element, object) for element in ordered)
    return iter(ordered)


def _while(regions: Sequence[Any], arrays: Sequence[Any], carried: int) -> tuple[Any, ...]:
    condition, body = regions
    state, captures = tuple(arrays[:carried]), tuple(arrays[carried:])
    collected: list[list[Array]] = [[] for _ in body.types[carried:]]
    while condition(*state, *captures)[0]:
        results = body(*state, *captures)
        state = results[:carried]
        for stack, element in zip(collected, results[carried:], strict=True):
            stack.append(element)
    return (*state, *collected)


# ---------------------------------------------------------------- records


def _for_vjp(d: Any, gs: Any, ys: Any, operands: Any, regions: Any, *attrs: Any) -> list[Any]:
    return for_vjp(d, gs, ys, operands, regions, _for_layout(*attrs), _span(operands, *attrs), attrs[-1])


def _for_jvp(d: Any, ts: Any, ys: Any, operands: Any, regions: Any, *attrs: Any) -> list[Any]:
    return for_jvp(d, ts, ys, operands, regions, _for_layout(*attrs), _span(operands, *attrs), attrs[-1])


def _span(operands: Any, mapped: int, carried: int, length: Dim | None, reverse: bool, checkpoint: int) -> Span:
    return Span(length, operands[0].value if length is None and not mapped else None, reverse)


def _while_vjp(d: Any, gs: Any, ys: Any, operands: Any, regions: Any, carried: int) -> list[Any]:
    return while_vjp(d, gs, ys, operands, regions, _while_layout(carried))


def _while_jvp(d: Any, ts: Any, ys: Any, operands: Any, regions: Any, carried: int) -> list[Any]:
    return while_jvp(d, ts, ys, operands, regions, _while_layout(carried))


for_ = Control(
    name="for",
    params=(
        Operand("operands", ELEMENTS, group=None, variadic=True),
        Attribute("mapped", "int", REQUIRED),
        Attribute("carried", "int", REQUIRED),
        Attribute("length", "dim", None),
        Attribute("reverse", "bool", False),
        Attribute("checkpoint", "int", 0),
    ),
    doc="""A region for each index or element, in order, with values carried from step to step.

    Written as `for i in range(n) { … }`, `for x in X { … }` and with zip, enumerate and reversed; scan and fold are
    loops, too.  The operands are the count (an i64, if neither `length` nor anything to go over says it), the tensors
    or stacks to go over, the initial carried values, and then what the region reads from outside.  The region takes
    the index, the elements, the carried values and the captures.  The results are the last carried values, then the
    collected ones, along a new first axis; as a stack if the length isn't known.  Its derivative keeps the carried
    values of every step, or with `checkpoint` of every so many, and computes those in between again.""",
    evaluate=_for,
    vjp=_for_vjp,
    jvp=_for_jvp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_for_type,
    given=lambda *attrs: sum((_for_layout(*attrs).head, *attrs[:2])),
    choose=None,
    loop=_for_layout,
)

while_ = Control(
    name="while",
    params=(Operand("operands", ELEMENTS, group=None, variadic=True), Attribute("carried", "int", REQUIRED)),
    doc="""A region again and again, as long as a condition on the carried values holds.

    Written as `while c { … }`.  The operands are the initial carried values, and then what the two regions read from
    outside.  The results are the last carried values, then a stack for each collected one.  The condition is computed
    before each step, and has no effects.""",
    evaluate=_while,
    vjp=_while_vjp,
    jvp=_while_jvp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_while_type,
    given=lambda carried: carried,
    choose=None,
    loop=_while_layout,
)

RECORDS = (for_, while_)
