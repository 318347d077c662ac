"""Updated copies: `x[i] = v`, `x[i] += v` and the other augmented forms, with the indices that reading takes.

Of equal places `=` keeps the last value, and an augmented form applies every one: `+=` and `-=` add all, and any other
operator takes what the one before it made of the same place (`in_turn.g`).  A boolean index means `where`.
"""

from __future__ import annotations

import numpy as np

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.written_types import cast_hint
from graphc.frontend.elaborate.terms import operators, tuples
from graphc.frontend.elaborate.terms.index_plan import Plan, is_new_axis, make_plan
from graphc.frontend.elaborate.terms.indexing import (
    broadcast,
    evaluate_items,
    one,
    part,
    permuted,
    places,
    read,
    to_front,
)
from graphc.ir.constant import Constant
from graphc.ir.dims import product
from graphc.ir.graph import Value
from graphc.ir.types import BOOL, STR, promote
from graphc.source import Span

IN_TURN = "in-turn"  # the library file, whose name no program can write


def update(e: Elaborator, scope: Scope, node: syntax.Index, given: Given) -> Step:
    """A copy of a tensor with `node` set to a value."""
    tensor, place = yield _target(e, scope, node)
    return _put(e, scope.frame, node, tensor, place, given)


def augment(e: Elaborator, scope: Scope, node: syntax.Index, op: str, value: syntax.Expr) -> Step:
    """A copy of a tensor with `node` set to `node op value`.

    As in Python, `node` is read before the value is computed, and put into what the tensor is by then.
    """
    frame = scope.frame
    tensor, place = yield _target(e, scope, node)
    repeats = isinstance(place, Plan) and bool(place.broadcast)
    if repeats and op in ("add", "subtract") and tensor.type.dtype not in (STR, BOOL):
        return (yield _accumulate(e, scope, node, (tensor, place), op, value))
    old = tensor if isinstance(place, Given) else read(e, frame, node, tensor, place)
    given = Given((yield e.expression(scope, value)), value.span)
    result = operators.binary(e, frame, op, Given(old, node.span), given, node.span.to(given.span))
    if repeats:
        _, stored = _stored(e, frame, node, tensor, Given(result, given.span))
        stored = broadcast(e, frame, stored, old.type.shape, given.span)
        result = yield _in_turn(e, scope, node, (tensor, place), op, stored, given)
    now = e.tensor(frame, (yield e.expression(scope, node.value)), node.value.span)
    return _put(e, frame, node, now, place, Given(result, given.span))


def _accumulate(
    e: Elaborator, scope: Scope, node: syntax.Index, target: tuple[Value, Plan], op: str, value: syntax.Expr
) -> Step:
    """`x[idx] += v` and `x[idx] -= v`: every update is added."""
    frame = scope.frame
    tensor, plan = target
    given = Given((yield e.expression(scope, value)), value.span)
    now = e.tensor(frame, (yield e.expression(scope, node.value)), node.value.span)
    if now is not tensor:  # computing the value has changed it
        now = _put(e, frame, node, now, plan, Given(read(e, frame, node, tensor, plan), node.span))
    now, added = _stored(e, frame, node, now, given)
    if op == "subtract":
        added = one(e, frame, "negative", added, (), given.span)
    return _put(e, frame, node, now, plan, Given(added, given.span), adds=True)


def _in_turn(
    e: Elaborator, scope: Scope, node: syntax.Index, target: tuple[Value, Plan], op: str, first: Value, given: Given
) -> Step:
    """What each of equal places gets in turn; `first` applies each update to what the tensor held before."""
    frame, (tensor, plan), span = scope.frame, target, node.span
    if _are_distinct(tensor, plan):
        return first
    sizes = tuple(tensor.type.shape[g.axis] for g in plan.gather)
    where = Given(places(e, frame, plan, span), span)
    turn, before, most = e.apply(frame, e.catalogue["repeats"], (where,), (sizes,), span)
    axis, rank, shape = plan.position, len(plan.broadcast), first.type.shape
    trailing = tuple(range(rank, len(shape) - axis))
    turn = one(e, frame, "expand_dims", turn, (trailing,), span) if trailing else turn
    value = given.meaning if isinstance(given.meaning, Static) else e.tensor(frame, given.meaning, given.span)
    meanings: list[Meaning] = [e.of_library(IN_TURN, op), first, value, turn, before, most, Static(axis, span)]
    name = "in_turn"
    if rank > 1:
        name = "in_turn_flat"
        count = product(plan.broadcast)
        merged = (*shape[:axis], count, *shape[axis + rank :])
        meanings[4] = one(e, frame, "reshape", before, ((count,),), span)
        meanings.append(Items(tuple([Static(d, span) for d in merged]), span))
    return (yield e.call_function(frame, e.of_library(IN_TURN, name), meanings, span))


def _are_distinct(tensor: Value, plan: Plan) -> bool:
    """Are the places known now, and none of them twice?"""
    nodes = [g.places.node for g in plan.gather]
    known = [n.attrs[0].array for n in nodes if not n.inputs and n.attrs and isinstance(n.attrs[0], Constant)]
    sizes = [tensor.type.shape[g.axis] for g in plan.gather]
    if len(known) < len(nodes) or not all(isinstance(d, int) for d in sizes):
        return False
    arrays = np.broadcast_arrays(*(k.astype(np.int64) for k in known))
    listed = [np.where(a < 0, a + d, a).ravel() for a, d in zip(arrays, sizes, strict=True)]
    return len(set(zip(*listed, strict=True))) == arrays[0].size


# ---------------------------------------------------------------- where and what


def _target(e: Elaborator, scope: Scope, node: syntax.Index) -> Step:
    """The tensor that is indexed, and where: a mask or a plan."""
    base = yield e.expression(scope, node.value)
    items = yield evaluate_items(e, scope, node)
    if isinstance(base, Items) and base.is_tuple:
        raise tuples.unchangeable(e, node)
    tensor = e.tensor(scope.frame, base, node.value.span)
    if len(items) == 1 and isinstance(items[0], Given) and not is_new_axis(items[0]):
        [item] = items
        if e.dtype_of(item.meaning, item.span) is BOOL:
            return tensor, Given(_mask(e, scope.frame, tensor, item), item.span)
    return tensor, make_plan(e, scope.frame, node, tensor, items)


def _mask(e: Elaborator, frame: Frame, tensor: Value, item: Given) -> Value:
    """A mask of the leading axes of a tensor, with axes of size 1 for the others."""
    mask = e.tensor(frame, item.meaning, item.span)
    rank, axes = len(tensor.type.shape), len(mask.type.shape)
    if not 0 < axes < rank:
        return mask
    return one(e, frame, "expand_dims", mask, (tuple(range(axes, rank)),), item.span)


def _stored(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, given: Given) -> tuple[Value, Value]:
    """A tensor and a value to be stored in it, in one dtype.

    It is the tensor's, to which the value may be promoted, or of a tensor written without a dtype that of both.
    """
    wanted, found = tensor.type.dtype, e.dtype_of(given.meaning, given.span)
    common = promote([wanted, found])
    if common is None or (common is not wanted and not wanted.weak):
        hint = cast_hint(found, wanted, given.span.text)
        raise e.fail("E0313", f"a value of {found} can't be stored in {tensor.type}", given.span, hint=hint)
    return e.tensor(frame, tensor, node.value.span, common), e.tensor(frame, given.meaning, given.span, common)


# ---------------------------------------------------------------- putting


def _put(
    e: Elaborator,
    frame: Frame,
    node: syntax.Index,
    tensor: Value,
    place: Given | Plan,
    given: Given,
    adds: bool = False,
) -> Value:
    """The tensor with a value put (or added) at a place."""
    if isinstance(place, Given):
        return _masked(e, frame, node, tensor, place, given)
    tensor, value = _stored(e, frame, node, tensor, given)
    value = _without_new_axes(e, frame, tensor, place, value, given.span)
    if place.gather:
        old = part(e, frame, node, tensor, place)
        value = _scatter(e, frame, node, old, place, value, adds)
    if place.gather and not place.is_sliced:
        return value
    operands = (Given(tensor, node.value.span), Given(value, given.span))
    return e.apply(frame, e.catalogue["set_strided"], operands, place.index, node.span)[0]


def _masked(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, mask: Given, given: Given) -> Value:
    tensor, value = _stored(e, frame, node, tensor, given)
    old = Given(tensor, node.value.span)
    result = e.apply(frame, e.catalogue["where"], (mask, Given(value, given.span), old), (), node.span)[0]
    if result.type != tensor.type:
        found, hint = f"the value makes {result.type} of {tensor.type}", "cast or reshape the value"
        raise e.fail("E0313", found, given.span, hint=hint)
    return result


def _without_new_axes(e: Elaborator, frame: Frame, tensor: Value, plan: Plan, value: Value, span: Span) -> Value:
    """A value broadcast to what reading would give, then without the axes that `None` made there."""
    sizes = e.catalogue["strided"].infer((tensor.type,), plan.index).types[0].shape  # type: ignore[union-attr]
    gathered = plan.axes_of_part()
    free = iter([d for i, d in enumerate(sizes) if i not in gathered])
    kept = [1 if axis is None else next(free) for axis in plan.kept]
    value = broadcast(e, frame, value, (*kept[: plan.position], *plan.broadcast, *kept[plan.position :]), span)
    return one(e, frame, "squeeze", value, (plan.inserted,), span) if plan.inserted else value


def _scatter(
    e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan, value: Value, adds: bool
) -> Value:
    """An update at index tensors: along one axis, or at places of several that are brought to the front."""
    axes, span = plan.axes_of_part(), node.span
    if len(axes) == 1:
        operands = (Given(tensor, span), Given(plan.gather[0].places, plan.gather[0].span), Given(value, span))
        name = "scatter_add" if adds else "scatter_set"
        return e.apply(frame, e.catalogue[name], operands, (axes[0],), span)[0]
    front, rows = to_front(e, frame, tensor, axes, span), plan.rows
    own = range(rows, rows + len(plan.broadcast))
    value = to_front(e, frame, value, own, span)
    operands = (Given(front, span), Given(places(e, frame, plan, span), span), Given(value, span))
    result = e.apply(frame, e.catalogue["add_nd" if adds else "put_nd"], operands, (), span)[0]
    rest = [i for i in range(len(tensor.type.shape)) if i not in axes]
    order = [*axes, *rest]
    return permuted(e, frame, result, [order.index(i) for i in range(len(order))], span)
