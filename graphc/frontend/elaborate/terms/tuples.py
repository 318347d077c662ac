"""Tuples: several values under one name, `g = grad(loss, [w, b])`, that exist while a program is elaborated.

They are indexed, sliced and counted here.  A tuple never becomes a tensor by itself: whoever wants one says so
(`Elaborator.not_a_tensor`).  Called by `indexing`, and by those that print values and give results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Items, Meaning, Scope, Text
from graphc.frontend.elaborate.core.values import Failure, Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.types import StackType, TensorType


def members(name: str, meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
    """`g_0`, `g_1_0`: a value with its name, or the values inside a tuple with theirs."""
    if not (isinstance(meaning, Items) and meaning.is_tuple):
        yield name, meaning
        return
    for i, item in enumerate(meaning.items):
        yield from members(f"{name}_{i}", item)


# ---------------------------------------------------------------- indexing


def item(e: Elaborator, node: syntax.Index, whole: Items, items: Sequence[Any]) -> Meaning:
    """`g[0]`, `g[-1]`, `g[1:]`.  Raises Failure."""
    text = node.value.span.text
    count = len(whole.items)
    if len(items) == 1 and isinstance(items[0], tuple):
        start, stop, step = [bound(e, text, part) for part in items[0]]
        if step == 0:
            raise e.fail("E0307", "the step of a slice can't be 0", node.span)
        return replace(whole, items=whole.items[start:stop:step], span=node.span)
    if len(items) != 1 or not isinstance(items[0], Given):
        hint = f"{text}[0][1]" if "\n" not in text else None
        raise e.fail("E0307", f"{text} is a tuple, which takes one index at a time", node.span, hint=hint)
    position = bound(e, text, items[0])
    assert position is not None
    if not -count <= position < count:
        held = f"{count} value{'' if count == 1 else 's'}"
        raise e.fail("E0307", f"index {shortened(position)} is out of range: the tuple has {held}", items[0].span)
    return whole.items[position]


def bound(e: Elaborator, text: str, given: Given | None) -> int | None:
    """A position in a tuple: a whole number that is known now."""
    if given is None or isinstance(given.meaning, Nothing):
        return None
    found = e.look(given.meaning) if isinstance(given.meaning, Static) else None
    if not isinstance(found, int) or isinstance(found, bool):
        message = f"which value of the tuple {text} is meant must be a whole number, known now"
        raise e.fail("E0308", message, given.span, hint=f"if they have one type, stack them: stack({text})[i]")
    return found


def unchangeable(e: Elaborator, node: syntax.Index) -> Failure:
    """E0208 for `g[0] = v`."""
    text = node.value.span.text
    hint = f"name its values: a, b = {text}; then {text} = (…, b)"
    return e.fail("E0208", f"{text} is a tuple: its values can't be assigned", node.span, hint=hint)


# ---------------------------------------------------------------- len


def len_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`len(g)`: how many items a tuple or list has, how many rows a tensor, how many characters a known string."""
    if len(node.arguments) != 1 or node.arguments[0].keyword is not None:
        raise e.fail("E0204", "len takes one tuple, list or tensor", node.span, hint="len(x)")
    span = node.arguments[0].value.span
    meaning = yield e.expression(scope, node.arguments[0].value)
    match meaning:
        case Items(items):
            return Static(len(items), node.span)
        case Text():
            return Static(len(e.text(meaning)), node.span)
        case Value(type=TensorType(shape=(rows, *_))):
            return Static(rows, node.span)
        case Value(type=TensorType() as kind):
            hint = f"length({span.text})" if kind.dtype.kind == "s" else None
            raise e.fail("E0311", f"a scalar {kind} has no length", span, hint=hint)
        case Value(type=StackType()):
            raise e.not_a_tensor(meaning, span)
        case _:
            raise e.fail("E0208", f"{describe(meaning)} has no length", span)
