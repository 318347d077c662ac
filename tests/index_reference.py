"""An index by plain loops: which element of a tensor each element of `x[items]` is.

The rule is PyTorch's: integers, of the program or of the run, drop their axes; then neighbouring index tensors keep
their place, and separated by anything else their axes come first.  Nothing of NumPy's own indexing is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

Item = Any  # int, slice, None, Ellipsis, or a nested list of integers as an array


def picked(shape: Sequence[int], items: Sequence[Item]) -> Any:
    """The C-order numbers of the elements of `x[items]`, in its shape.  Raises IndexError."""
    taking = sum(i is not None and i is not Ellipsis for i in items)
    whole = [slice(None)] * (len(shape) - taking)
    full = list(items) if Ellipsis in [i for i in items if not isinstance(i, np.ndarray)] else [*items, Ellipsis]
    arrays = [i for i in full if isinstance(i, np.ndarray) and i.ndim]
    joint = _broadcast([a.shape for a in arrays])
    slots: list[tuple[str, Any, int]] = []  # kind, item, axis
    axis = 0
    for item in full:
        if item is Ellipsis:
            slots.append(("gap", None, 0))
            for _ in whole:
                slots.append(("slice", range(shape[axis]), axis))
                axis += 1
        elif item is None:
            slots.append(("new", None, 0))
        else:
            if isinstance(item, slice):
                slots.append(("slice", range(*item.indices(shape[axis])), axis))
            elif isinstance(item, np.ndarray) and item.ndim:
                slots.append(("tensor", item, axis))
            else:
                slots.append(("integer", int(item), axis))
            axis += 1
    return _filled(shape, slots, joint)


def _broadcast(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(s)) + s for s in shapes]
    return tuple(next((d for d in sizes if d != 1), 1) for sizes in zip(*padded, strict=True))


def _filled(shape: Sequence[int], slots: list[tuple[str, Any, int]], joint: tuple[int, ...]) -> Any:
    """Each element of the result: its place in x, in C order."""
    kinds = [kind for kind, _, _ in slots if kind != "integer"]
    where = [i for i, kind in enumerate(kinds) if kind == "tensor"]
    apart = bool(where) and where != list(range(where[0], where[-1] + 1))
    result: list[tuple[str, Any]] = [("joint", d) for d in joint] if apart else []
    started = apart
    for kind, item, _ in slots:
        if kind == "tensor" and not started:
            result += [("joint", d) for d in joint]
            started = True
        elif kind in ("slice", "new"):
            result.append((kind, len(item) if kind == "slice" else 1))
    numbers = np.zeros([d for _, d in result], np.int64)
    for at in product(*(range(d) for _, d in result)):
        together = [i for i, (kind, _) in zip(at, result, strict=True) if kind == "joint"]
        rest = iter([i for i, (kind, _) in zip(at, result, strict=True) if kind != "joint"])
        number = 0
        for kind, item, axis in slots:
            place = next(rest) if kind in ("slice", "new") else 0
            if kind == "slice":
                number += item[place] * prod(shape[axis + 1 :])
            elif kind in ("integer", "tensor"):
                index = item if kind == "integer" else _element(item, together)
                if not -shape[axis] <= index < shape[axis]:
                    raise IndexError(index)
                number += (index + shape[axis] * (index < 0)) * prod(shape[axis + 1 :])
        numbers[at] = number
    return numbers


def _element(array: Any, at: Sequence[int]) -> int:
    own = at[len(at) - array.ndim :]
    return int(array[tuple(i if d != 1 else 0 for i, d in zip(own, array.shape, strict=True))])


def text(item: Item) -> str:
    """An item as it is written in a program; a tensor of the run by its name, which stands beside it."""
    match item:
        case slice(start=a, stop=z, step=s):
            ends = ":".join("" if part is None else str(part) for part in (a, z))
            return ends if s is None else f"{ends}:{s}"
        case None:
            return "None"
        case np.ndarray():
            return str(item.tolist())
        case _:
            return "..." if item is Ellipsis else str(item)


# ---------------------------------------------------------------- updates

OPERATORS: dict[str, Any] = {  # value, and derivatives by x and by v
    "=": (lambda x, v: v, lambda x, v: 0.0, lambda x, v: 1.0),
    "+=": (lambda x, v: x + v, lambda x, v: 1.0, lambda x, v: 1.0),
    "-=": (lambda x, v: x - v, lambda x, v: 1.0, lambda x, v: -1.0),
    "*=": (lambda x, v: x * v, lambda x, v: v, lambda x, v: x),
    "/=": (lambda x, v: x / v, lambda x, v: 1 / v, lambda x, v: -x / v / v),
    "**=": (lambda x, v: x**v, lambda x, v: v * x ** (v - 1), lambda x, v: x**v * np.log(x)),
    "%=": (lambda x, v: x % v, lambda x, v: 1.0, lambda x, v: -(x // v)),
    "//=": (lambda x, v: x // v, lambda x, v: 0.0, lambda x, v: 0.0),
}


def updated(x: Any, numbers: Any, op: str, v: Any) -> Any:
    """x after `x[items] op v`, one element after the other."""
    flat = x.ravel().copy()
    for place, number in zip(numbers.ravel(), np.broadcast_to(v, numbers.shape).ravel(), strict=True):
        flat[place] = OPERATORS[op][0](flat[place], number)
    return flat.reshape(x.shape)


def slopes(x: Any, numbers: Any, op: str, v: Any, g: Any) -> tuple[Any, Any]:
    """The cotangents of x and v for that of the updated x, by going back through the updates."""
    value, by_x, by_v = OPERATORS[op]
    flat, spread = x.ravel().copy(), np.broadcast_to(v, numbers.shape).ravel()
    before = []
    for place, number in zip(numbers.ravel(), spread, strict=True):
        before.append(flat[place])
        flat[place] = value(flat[place], number)
    gx, gv = g.ravel().copy(), np.zeros(spread.shape)
    for k in reversed(range(spread.size)):
        place = numbers.ravel()[k]
        gv[k] = gx[place] * by_v(before[k], spread[k])
        gx[place] = gx[place] * by_x(before[k], spread[k])
    return gx.reshape(x.shape), _unbroadcast(gv.reshape(numbers.shape), v.shape)


def _unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    lead = g.ndim - len(shape)
    ones = tuple(i + lead for i, d in enumerate(shape) if d == 1)
    return g.sum(axis=(*range(lead), *ones), keepdims=False).reshape(shape)
