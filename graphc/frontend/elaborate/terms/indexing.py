"""Indexing: `x[0]`, `x[1:3, ::2]`, `x[..., None]`, `x[idx]`, and the updated copies of `x[i] = v` and `x[i] += v`.

Integers, slices, `...` and `None` are static views; at most one kind of integer tensor gathers.
Bounds are compile-time numbers, clamped as in NumPy; an integer out of range is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope, Text
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.core.written_types import cast_hint
from graphc.frontend.elaborate.terms import operators
from graphc.ir.dims import Dim, Poly
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.op import TypeRuleError, broadcast_shapes
from graphc.ir.types import BOOL, I64, STR, promote
from graphc.source import Span


@dataclass(slots=True)
class Plan:
    """An index on a tensor: a static part of all axes, then gathered axes, then new axes.

    `start`, `stop`, `step` are per axis of the tensor (None: open; a step of 0 takes one place and drops the axis);
    `insert` the positions of new axes in the result; `gather` pairs of an axis of the tensor and integer indices.
    """

    start: list[Dim | None]
    stop: list[Dim | None]
    step: list[int]
    insert: list[int]
    gather: list[tuple[int, Given]]

    @property
    def index(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[int, ...]]:
        """The attributes of `strided`."""
        return tuple(self.start), tuple(self.stop), tuple(self.step)


def index(e: Elaborator, scope: Scope, node: syntax.Index) -> Step:
    """The meaning of `value[items]`."""
    value = yield e.expression(scope, node.value)
    items = yield evaluate_items(e, scope, node)
    if isinstance(value, Items):
        chosen = _list_item(e, node, value, items)
        if chosen is not None:
            return chosen
    if not isinstance(value, Value | Static | Items):
        raise e.fail("E0208", f"{describe(value)} can't be indexed", node.span)
    tensor = e.tensor(scope.frame, value, node.value.span)
    plan = make_plan(e, scope.frame, node, tensor, items)
    return read(e, scope.frame, node, tensor, plan)


def evaluate_items(e: Elaborator, scope: Scope, node: syntax.Index) -> Step:
    """Each item as a Given, an `Ellipsis`, or a (start, stop, step) tuple of Givens and None."""
    result: list[Any] = []
    for item in node.items:
        if isinstance(item, syntax.Ellipsis):
            result.append(item)
        elif isinstance(item, syntax.SliceItem):
            parts: list[Given | None] = []
            for part in (item.start, item.stop, item.step):
                if part is None:
                    parts.append(None)
                else:
                    parts.append(Given((yield e.expression(scope, part)), part.span))
            result.append(tuple(parts))
        else:
            result.append(Given((yield e.expression(scope, item)), item.span))
    return result


def _list_item(e: Elaborator, node: syntax.Index, value: Items, items: list[Any]) -> Meaning | None:
    """An item of a compile-time list, by a compile-time integer."""
    if isinstance(node.value, syntax.List):
        raise e.fail(
            "E0203",
            "a list that is written out is indexed here",
            node.span,
            hint="if these are two items, a comma is missing between them",
        )
    if len(items) != 1 or not isinstance(items[0], Given) or not isinstance(items[0].meaning, Static):
        return None
    position = e.look(items[0].meaning)
    if not isinstance(position, int) or isinstance(position, bool):
        return None
    if not -len(value.items) <= position < len(value.items):
        found = f"index {shortened(position)} is out of range: the list has {len(value.items)} items"
        raise e.fail("E0307", found, items[0].span)
    return value.items[position]


# ---------------------------------------------------------------- plans


def make_plan(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, items: list[Any]) -> Plan:
    """Assign the items of an index to the axes of a tensor."""
    rank = len(tensor.type.shape)
    plan = Plan([None] * rank, [None] * rank, [1] * rank, [], [])
    consuming = sum(not isinstance(i, syntax.Ellipsis) and not _is_new_axis(i) for i in items)
    ellipses = sum(isinstance(i, syntax.Ellipsis) for i in items)
    if consuming > rank or ellipses > 1:
        axes = "no axes" if not rank else "1 axis" if rank == 1 else f"{rank} axes"
        count = "an index" if consuming == 1 else f"{consuming} indices"
        problem = f"{count} for {tensor.type}, which has {axes}" if consuming > rank else "an index has one ... at most"
        raise e.fail("E0311", problem, node.span)
    axis = 0
    out = 0
    for item in items:
        if isinstance(item, syntax.Ellipsis):
            skipped = rank - consuming
            axis += skipped
            out += skipped
        elif _is_new_axis(item):
            plan.insert.append(out)
            out += 1
        else:
            out += _place(e, frame, plan, tensor, node.value.span, axis, item)
            axis += 1
    return plan


def _is_new_axis(item: Any) -> bool:
    return isinstance(item, Given) and isinstance(item.meaning, Nothing)


def _place(e: Elaborator, frame: Frame, plan: Plan, tensor: Value, base: Span, axis: int, item: Any) -> int:
    """Put one item on its axis; how many axes of the result it makes."""
    if isinstance(item, tuple):
        start, stop, step = (None if part is None else _bound(e, part) for part in item)
        if step == 0 or isinstance(step, Poly):
            raise e.fail("E0309", "the step of a slice is an integer other than 0", item[2].span)
        plan.start[axis], plan.stop[axis], plan.step[axis] = start, stop, step if step is not None else 1
        return 1
    assert isinstance(item, Given)
    if isinstance(item.meaning, Static) and not isinstance(item.meaning.value, bool):
        _integer(e, plan, tensor, axis, item)
        return 0
    if isinstance(item.meaning, Text):
        raise e.fail("E0208", "a string is no index", item.span)
    dtype = e.dtype_of(item.meaning, item.span)
    if dtype is BOOL:
        chosen = f"where({item.span.text}, {base.text}, 0)"
        raise e.fail(
            "E0312",
            f"the shape of {base.text}[{item.span.text}] would depend on the data",
            item.span,
            f"is {dtype}",
            hint=f"{chosen} keeps the shape; sum({chosen}) adds what the mask selects",
        )
    if not dtype.is_integer:
        raise e.fail("E0304", f"an index is an integer, not {dtype}", item.span, hint=f"i64({item.span.text})")
    plan.gather.append((axis, item))
    return len(e.tensor(frame, item.meaning, item.span).type.shape)


def _bound(e: Elaborator, given: Given) -> Dim | None:
    if isinstance(given.meaning, Nothing):
        return None
    if isinstance(given.meaning, Static):
        value = e.look(given.meaning)
        if isinstance(value, int | Poly) and not isinstance(value, bool):
            return value
    raise e.fail(
        "E0308",
        "the bounds of a slice are known at compile time",
        given.span,
        hint="slice(x, start, size) takes a start that is computed",
    )


def _integer(e: Elaborator, plan: Plan, tensor: Value, axis: int, item: Given) -> None:
    assert isinstance(item.meaning, Static)
    value = e.look(item.meaning)
    if isinstance(value, float):
        raise e.fail("E0304", "an index is an integer", item.span, hint=f"i64({item.span.text})")
    size = tensor.type.shape[axis]
    if isinstance(value, int) and isinstance(size, int) and not -size <= value < size:
        raise e.fail("E0307", f"index {shortened(value)} is out of range for an axis of size {size}", item.span)
    plan.start[axis], plan.step[axis] = value, 0


# ---------------------------------------------------------------- reading


def read(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan) -> Value:
    """The indexed tensor."""
    value = tensor
    if any(p is not None for p in (*plan.start, *plan.stop)) or any(s != 1 for s in plan.step):
        value = e.apply(frame, e.catalogue["strided"], (Given(tensor, node.value.span),), plan.index, node.span)[0]
    if len(plan.gather) > 1:
        value = _gather_many(e, frame, node, value, plan)
    elif plan.gather:
        (axis, indices) = plan.gather[0]
        axis -= sum(s == 0 for s in plan.step[:axis])
        operands = (Given(value, node.value.span), indices)
        value = e.apply(frame, e.catalogue["take"], operands, (axis,), node.span)[0]
    if plan.insert:
        attrs = (tuple(plan.insert),)
        value = e.apply(frame, e.catalogue["expand_dims"], (Given(value, node.span),), attrs, node.span)[0]
    return value


def _gather_many(e: Elaborator, frame: Frame, node: syntax.Index, value: Value, plan: Plan) -> Value:
    """`x[i, j]` with several integer tensors on the leading axes."""
    operands = (Given(value, node.value.span), Given(_places(e, frame, node, plan), node.span))
    return e.apply(frame, e.catalogue["take_nd"], operands, (), node.span)[0]


def _places(e: Elaborator, frame: Frame, node: syntax.Index, plan: Plan) -> Value:
    """Several index tensors, broadcast together, as one with a last axis that holds a place of `take_nd`."""
    if [axis for axis, _ in plan.gather] != list(range(len(plan.gather))):
        raise e.fail(
            "E0309",
            "several index tensors must stand first",
            node.span,
            hint="transpose the other axes to the end, or index in two steps",
        )
    tensors = [e.tensor(frame, g.meaning, g.span, I64) for _, g in plan.gather]
    try:
        shape = broadcast_shapes([v.type.shape for v in tensors])
    except TypeRuleError as error:
        raise e.refuse(error, node.span, [g for _, g in plan.gather], tensors) from None
    aligned = [_broadcast(e, frame, v, shape, g.span) for v, (_, g) in zip(tensors, plan.gather, strict=True)]
    return e.apply(frame, e.catalogue["stack"], [Given(v, node.span) for v in aligned], (len(shape),), node.span)[0]


def _broadcast(e: Elaborator, frame: Frame, value: Value, shape: tuple[Dim, ...], span: Span) -> Value:
    if value.type.shape == shape:
        return value
    return e.apply(frame, e.catalogue["broadcast_to"], (Given(value, span),), (shape,), span)[0]


# ---------------------------------------------------------------- updated copies


def row(e: Elaborator, frame: Frame, value: Value, i: int, span: Span) -> Value:
    """`value[i]`, for a number."""
    rank = len(value.type.shape)
    index = ((i, *[None] * (rank - 1)), (None,) * rank, (0, *[1] * (rank - 1)))
    return e.apply(frame, e.catalogue["strided"], (Given(value, span),), index, span)[0]


def update(e: Elaborator, scope: Scope, node: syntax.Index, given: Given) -> Step:
    """A copy of a tensor with `node` set to a value.  A boolean index means `where`."""
    tensor, place = yield _target(e, scope, node)
    return _put(e, scope.frame, node, tensor, place, given)


def augment(e: Elaborator, scope: Scope, node: syntax.Index, op: str, value: syntax.Expr) -> Step:
    """A copy of a tensor with `node` set to `node op value`.

    As in Python, `node` is read before the value is computed, and put into what the tensor is by then.
    """
    frame = scope.frame
    tensor, place = yield _target(e, scope, node)
    adds = isinstance(place, Plan) and bool(place.gather) and op == "add" and tensor.type.dtype is not STR
    if isinstance(place, Given):
        old = Given(tensor, node.value.span)
    elif not adds:
        old = Given(read(e, frame, node, tensor, place), node.span)
    given = Given((yield e.expression(scope, value)), value.span)
    if not adds:
        result = operators.binary(e, frame, op, old, given, old.span.to(given.span))
        given = Given(result, given.span)
    now = e.tensor(frame, (yield e.expression(scope, node.value)), node.value.span)
    if adds and now is not tensor:  # computing the value has changed it
        now = _put(e, frame, node, now, place, Given(read(e, frame, node, tensor, place), node.span))
    return _put(e, frame, node, now, place, given, adds)


def _target(e: Elaborator, scope: Scope, node: syntax.Index) -> Step:
    """The tensor that is indexed, and where: a mask or a plan."""
    base = yield e.expression(scope, node.value)
    items = yield evaluate_items(e, scope, node)
    tensor = e.tensor(scope.frame, base, node.value.span)
    if len(items) == 1 and isinstance(items[0], Given) and not isinstance(items[0].meaning, Nothing):
        [item] = items
        if e.dtype_of(item.meaning, item.span) is BOOL:
            return tensor, item
    return tensor, make_plan(e, scope.frame, node, tensor, items)


def _put(
    e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, place: Given | Plan, given: Given, add: bool = False
) -> Value:
    if isinstance(place, Given):
        return _masked(e, frame, node, tensor, place, given)
    if place.gather:
        return _scatter(e, frame, node, tensor, place, given, add)
    return _set(e, frame, node, tensor, place, given)


def _masked(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, mask: Given, given: Given) -> Value:
    tensor, value = _stored(e, frame, node, tensor, given)
    old = Given(tensor, node.value.span)
    result = e.apply(frame, e.catalogue["where"], (mask, Given(value, given.span), old), (), node.span)[0]
    if result.type != tensor.type:
        found, hint = f"the value makes {result.type} of {tensor.type}", "cast or reshape the value"
        raise e.fail("E0313", found, given.span, hint=hint)
    return result


def _stored(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, given: Given) -> tuple[Value, Value]:
    """A tensor and a value to be stored in it, in one dtype.

    It is the tensor's, to which the value may be promoted, or of a tensor written without a dtype that of both.
    """
    wanted, found = tensor.type.dtype, e.dtype_of(given.meaning, given.span)
    common = promote([wanted, found], e.default_float)
    if common is None or (common is not wanted and not wanted.weak):
        hint = cast_hint(found, wanted, given.span.text)
        raise e.fail("E0313", f"a value of {found} can't be stored in {tensor.type}", given.span, hint=hint)
    return e.tensor(frame, tensor, node.value.span, common), e.tensor(frame, given.meaning, given.span, common)


def _set(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan, given: Given) -> Value:
    """A static update: the value is broadcast to the part that is replaced."""
    tensor, value = _stored(e, frame, node, tensor, given)
    part = e.catalogue["strided"].infer((tensor.type,), plan.index).types[0]
    value = _broadcast(e, frame, value, part.shape, given.span)  # type: ignore[union-attr]
    operands = (Given(tensor, node.value.span), Given(value, given.span))
    return e.apply(frame, e.catalogue["set_strided"], operands, plan.index, node.span)[0]


def _scatter(
    e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan, given: Given, add: bool
) -> Value:
    """An update at integer tensors: along one axis, or at places of the leading axes."""
    sliced = any(p is not None for p in (*plan.start, *plan.stop)) or any(s != 1 for s in plan.step)
    if plan.insert or sliced:
        raise e.fail(
            "E0309",
            "an assignment can't mix index tensors with integers, slices or None",
            node.span,
            hint="assign in two steps: take the part, change it, and put it back",
        )
    tensor, value = _stored(e, frame, node, tensor, given)
    shape = tensor.type.shape
    where = Given(tensor, node.value.span)
    attrs: tuple[int, ...] = ()
    if len(plan.gather) > 1:
        places = _places(e, frame, node, plan)
        wanted = (*places.type.shape[:-1], *shape[len(plan.gather) :])
        name, indices = "add_nd" if add else "put_nd", Given(places, node.span)
    else:
        axis, indices = plan.gather[0]
        picked = e.tensor(frame, indices.meaning, indices.span)
        wanted = (*shape[:axis], *picked.type.shape, *shape[axis + 1 :])
        name, attrs = "scatter_add" if add else "scatter_set", (axis,)
    value = _broadcast(e, frame, value, wanted, given.span)
    return e.apply(frame, e.catalogue[name], (where, indices, Given(value, given.span)), attrs, node.span)[0]
