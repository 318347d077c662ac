"""Indexing: `x[0]`, `x[1:3, ::2]`, `x[..., None]`, `x[idx]`, `x[:, i, 0, j]`.  What an index means is in `index_plan`,
updated copies (`x[i] = v`, `x[i] += v`) in `index_updates`.

Integers, slices, `...` and `None` are static views; index tensors then gather from what the view shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.terms import tuples
from graphc.frontend.elaborate.terms.index_plan import Gathered, Plan, make_plan
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.types import I64, U64
from graphc.source import Span

MAX_I64 = 2**63 - 1


def index(e: Elaborator, scope: Scope, node: syntax.Index) -> Step:
    """The meaning of `value[items]`."""
    value = yield e.expression(scope, node.value)
    items = yield evaluate_items(e, scope, node)
    if isinstance(value, Items) and value.is_tuple:
        return tuples.item(e, node, value, items)
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


# ---------------------------------------------------------------- reading


def read(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan) -> Value:
    """The indexed tensor."""
    value = part(e, frame, node, tensor, plan)
    if plan.gather:
        value = _gather(e, frame, node, value, plan)
    return one(e, frame, "expand_dims", value, (plan.inserted,), node.span) if plan.inserted else value


def part(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, plan: Plan) -> Value:
    """What the static part of an index shows."""
    return one(e, frame, "strided", tensor, plan.index, node.value.span, node.span) if plan.is_sliced else tensor


def one(
    e: Elaborator, frame: Frame, op: str, value: Value, attrs: tuple[Any, ...], span: Span, whole: Span | None = None
) -> Value:
    """The result of an op of one operand, which stands at `span`."""
    return e.apply(frame, e.catalogue[op], (Given(value, span),), attrs, whole or span)[0]


def _gather(e: Elaborator, frame: Frame, node: syntax.Index, value: Value, plan: Plan) -> Value:
    """Elements of the static part: along one axis, or of several axes that are brought to the front."""
    axes = plan.axes_of_part()
    if len(axes) == 1:
        operands = (Given(value, node.value.span), Given(plan.gather[0].places, plan.gather[0].span))
        return e.apply(frame, e.catalogue["take"], operands, (axes[0],), node.span)[0]
    value = to_front(e, frame, value, axes, node.span)
    operands = (Given(value, node.value.span), Given(places(e, frame, plan, node.span), node.span))
    value = e.apply(frame, e.catalogue["take_nd"], operands, (), node.span)[0]
    return permuted(e, frame, value, from_front(plan, len(value.type.shape)), node.span)


def to_front(e: Elaborator, frame: Frame, value: Value, axes: Sequence[int], span: Span) -> Value:
    """`value` with its axes in the order of `axes`, then the others."""
    rest = [i for i in range(len(value.type.shape)) if i not in axes]
    return permuted(e, frame, value, [*axes, *rest], span)


def from_front(plan: Plan, rank: int) -> list[int]:
    """The order of axes that brings those of the index tensors from the front of a result to their place."""
    count, rows = len(plan.broadcast), plan.rows
    return [*range(count, count + rows), *range(count), *range(count + rows, rank)]


def permuted(e: Elaborator, frame: Frame, value: Value, axes: Sequence[int], span: Span) -> Value:
    if list(axes) == list(range(len(axes))):
        return value
    return one(e, frame, "transpose", value, (tuple(axes),), span)


def places(e: Elaborator, frame: Frame, plan: Plan, span: Span) -> Value:
    """The index tensors, broadcast together, as one with a last axis that holds a place of `take_nd`."""
    aligned = [broadcast(e, frame, _signed(e, frame, g), plan.broadcast, g.span) for g in plan.gather]
    stacked = [Given(v, g.span) for v, g in zip(aligned, plan.gather, strict=True)]
    return e.apply(frame, e.catalogue["stack"], stacked, (len(plan.broadcast),), span)[0]


def _signed(e: Elaborator, frame: Frame, gathered: Gathered) -> Value:
    """Places as i64; what is too large for it is out of range, and stays so."""
    value, span = gathered.places, gathered.span
    if value.type.dtype is U64:
        most = e.at(frame, span).number(MAX_I64, U64)
        operands = (Given(value, span), Given(most, span))
        value = e.apply(frame, e.catalogue["minimum"], operands, (), span)[0]
    return e.tensor(frame, value, span, I64)


def broadcast(e: Elaborator, frame: Frame, value: Value, shape: tuple[Dim, ...], span: Span) -> Value:
    return value if value.type.shape == shape else one(e, frame, "broadcast_to", value, (shape,), span)


def row(e: Elaborator, frame: Frame, value: Value, i: int, span: Span) -> Value:
    """`value[i]`, for a number."""
    rank = len(value.type.shape)
    return one(e, frame, "strided", value, ((i, *[None] * (rank - 1)), (None,) * rank, (0, *[1] * (rank - 1))), span)
