"""What an index means: which axes of a tensor it slices, drops, gathers from, and where its new axes stand.

In: the evaluated items of `x[…]`.  Out: a `Plan`, by which `indexing` reads and `updates` writes.
Neighbouring index tensors keep their place; separated by a slice, `...` or None their axes come first (NumPy).
An integer, of the program or of the run, only drops its axis (PyTorch; in NumPy it counts as an index tensor).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphc.diagnostics import Diagnostic, Label
from graphc.diagnostics.blame import at_the_call
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Items, Text
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.ir.dims import Dim, Poly
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.op import TypeRuleError, broadcast_shapes
from graphc.ir.types import BOOL, I64
from graphc.source import Span


@dataclass(frozen=True, slots=True)
class Gathered:
    """Places along an axis of the tensor: integers of the run, as one number or as an index tensor."""

    axis: int
    places: Value
    span: Span


@dataclass(slots=True)
class Plan:
    """An index on a tensor: a static part of all axes, then gathered axes, then new axes.

    `start`, `stop`, `step` are per axis of the tensor (None: open; a step of 0 takes one place and drops the axis).
    `kept` are the result's axes but for those of the index tensors: axes of the tensor, and None for new ones; the
    index tensors' axes, of shape `broadcast`, stand before `kept[position]`.
    """

    start: list[Dim | None]
    stop: list[Dim | None]
    step: list[int]
    gather: list[Gathered] = field(default_factory=list)
    kept: list[int | None] = field(default_factory=list)
    position: int = 0
    broadcast: tuple[Dim, ...] = ()

    @property
    def index(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[int, ...]]:
        """The attributes of `strided`."""
        return tuple(self.start), tuple(self.stop), tuple(self.step)

    @property
    def is_sliced(self) -> bool:
        """Does the static part leave anything out, or turn it?"""
        return any(p is not None for p in (*self.start, *self.stop)) or any(s != 1 for s in self.step)

    @property
    def inserted(self) -> tuple[int, ...]:
        """The positions of the new axes in the result."""
        rank = len(self.broadcast)
        return tuple(i if i < self.position else i + rank for i, axis in enumerate(self.kept) if axis is None)

    @property
    def rows(self) -> int:
        """How many axes stand before those of the index tensors, without the new ones."""
        return sum(axis is not None for axis in self.kept[: self.position])

    def axes_of_part(self) -> list[int]:
        """The gathered axes, counted in the static part."""
        return [g.axis - sum(s == 0 for s in self.step[: g.axis]) for g in self.gather]


def make_plan(e: Elaborator, frame: Frame, node: syntax.Index, tensor: Value, items: list[Any]) -> Plan:
    """Assign the items of an index to the axes of a tensor."""
    rank = len(tensor.type.shape)
    plan = Plan([None] * rank, [None] * rank, [1] * rank)
    consuming = sum(not isinstance(i, syntax.Ellipsis) and not is_new_axis(i) for i in items)
    ellipses = sum(isinstance(i, syntax.Ellipsis) for i in items)
    if consuming > rank or ellipses > 1:
        axes = "no axes" if not rank else "1 axis" if rank == 1 else f"{rank} axes"
        count = "an index" if consuming == 1 else f"{consuming} indices"
        problem = f"{count} for {tensor.type}, which has {axes}" if consuming > rank else "an index has one ... at most"
        raise e.fail("E0311", problem, node.span)
    if not ellipses:
        items = [*items, syntax.Ellipsis(node.span)]
    axis = 0
    kinds = ""  # of the items, for the order of the result: t(ensor), i(nteger), s(lice, None or ...)
    before = []
    for item in items:
        before.append(len(plan.kept))
        if isinstance(item, syntax.Ellipsis):
            last = axis + rank - consuming
            plan.kept += range(axis, last)
            axis, kind = last, "s"
        elif is_new_axis(item):
            plan.kept.append(None)
            kind = "s"
        else:
            kind = _place(e, frame, plan, tensor, node, axis, item)
            axis += 1
        kinds += kind
    plan.broadcast = _broadcast_shape(e, plan, node.span)
    _order(e, plan, node, kinds, before)
    return plan


def is_new_axis(item: Any) -> bool:
    return isinstance(item, Given) and isinstance(item.meaning, Nothing)


def _broadcast_shape(e: Elaborator, plan: Plan, span: Span) -> tuple[Dim, ...]:
    """The shape of the index tensors together."""
    values = [g.places for g in plan.gather]
    try:
        return broadcast_shapes([v.type.shape for v in values]) if values else ()
    except TypeRuleError as error:
        raise e.refuse(error, span, [Given(g.places, g.span) for g in plan.gather], values) from None


def _order(e: Elaborator, plan: Plan, node: syntax.Index, kinds: str, before: list[int]) -> None:
    """Where the axes of the index tensors stand in the result; a warning where NumPy has them elsewhere."""
    if "t" not in kinds:
        return
    plan.position = _position(kinds, before, "t")
    there = _position(kinds, before, "ti")
    if there == plan.position or not plan.broadcast:
        return
    first = next(g.span for g in plan.gather if g.places.type.shape)
    e.report(
        at_the_call(
            Diagnostic(
                "W0302",
                "an integer beside an index tensor only drops its axis here; NumPy would put "
                f"the index tensor's {'axis' if len(plan.broadcast) == 1 else 'axes'} first",
                Label(node.span, "the axes keep their order" if plan.position else ""),
                (Label(first, "the index tensor"),),
                hint="to say which is meant, index in two steps: first the integer, then the tensor",
                severity="warning",
                call=e.call,
            )
        )
    )


def _position(kinds: str, before: list[int], counted: str) -> int:
    """The place of the index tensors' axes if the items of the kinds `counted` are index tensors."""
    found = [i for i, kind in enumerate(kinds) if kind in counted]
    separated = "s" in kinds[found[0] : found[-1]]
    return 0 if separated else before[found[0]]


def _place(e: Elaborator, frame: Frame, plan: Plan, tensor: Value, node: syntax.Index, axis: int, item: Any) -> str:
    """Put one item on its axis; its kind (see `make_plan`)."""
    if isinstance(item, tuple):
        start, stop, step = (None if part is None else _bound(e, part) for part in item)
        if step == 0 or isinstance(step, Poly):
            raise e.fail("E0309", "the step of a slice is an integer other than 0", item[2].span)
        plan.start[axis], plan.stop[axis], plan.step[axis] = start, stop, step if step is not None else 1
        plan.kept.append(axis)
        return "s"
    assert isinstance(item, Given)
    if isinstance(item.meaning, Static) and not isinstance(item.meaning.value, bool):
        _integer(e, plan, tensor, axis, item)
        return "i"
    places = _places(e, frame, node, item)
    plan.gather.append(Gathered(axis, places, item.span))
    return "t" if places.type.shape else "i"


def _places(e: Elaborator, frame: Frame, node: syntax.Index, item: Given) -> Value:
    """An item that is a tensor, as integers.  Raises Failure E0208, E0304 or E0312."""
    if isinstance(item.meaning, Text):
        raise e.fail("E0208", "a string is no index", item.span)
    if isinstance(item.meaning, Items) and not item.meaning.items:
        return e.tensor(frame, item.meaning, item.span, I64)
    dtype = e.dtype_of(item.meaning, item.span)
    base, written = node.value.span.text, item.span.text
    if dtype is BOOL:
        chosen = f"where({written}, {base}, 0)"
        raise e.fail(
            "E0312",
            f"the shape of {base}[{written}] would depend on the data",
            item.span,
            f"is {dtype}",
            hint=f"{chosen} keeps the shape; sum({chosen}) adds what the mask selects",
        )
    if not dtype.is_integer:
        hint = f"i64({written})"
        if not isinstance(item.meaning, Value) or item.meaning.type.shape:
            hint += f"; if it is a mask of zeros and ones, where({written} != 0, {base}, 0)"
        raise e.fail("E0304", f"an index is an integer, not {dtype}", item.span, hint=hint)
    return e.tensor(frame, item.meaning, item.span, I64 if dtype.weak else None)


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
