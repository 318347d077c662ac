"""Sums of floats over any axes, pairwise, with one order of addition whatever the layout in memory; products.

NumPy adds the elements of a contiguous row pairwise (Higham, 1993): halves down to blocks of 128, and in a block eight
running sums.  Along any other axis it adds one after the other, whose error grows with their number.  Here the
elements, in C order of the axes that are summed, are always added in the order of a contiguous row: by NumPy itself
where the rows are or can quickly be made contiguous, else by the same tree, on whole rows at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Axes = tuple[int, ...]

BLOCK, LANES = 128, 8
WIDE = 64  # from how many elements that aren't summed the tree is faster than a copy that makes rows contiguous

_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce


def total(x: Any, axes: Axes, keepdims: bool) -> Any:
    """The sum of a float array over some axes; of no elements 0."""
    kept = x.ndim - len(axes)
    contiguous = x.flags.c_contiguous
    if contiguous and not kept:
        return _add(x, None, None, None, keepdims)
    if (contiguous and axes == tuple(range(kept, x.ndim))) or (len(axes) == 1 and x.shape[axes[0]] < LANES):
        return _add(x, axes, None, None, keepdims)  # a short sum is one after the other in any case
    shape = x.shape
    others = tuple([a for a in range(x.ndim) if a not in axes])
    sizes = [shape[a] for a in others]
    n = math.prod([shape[a] for a in axes])
    if math.prod(sizes) < WIDE or (x.ndim - 1 if contiguous else _innermost(x)) in axes:
        rows = np.ascontiguousarray(x.transpose(*others, *axes)).reshape(*sizes, n)
        result = _add(rows, -1)
    else:
        result = _over_first(x if axes == (0,) else x.transpose(*axes, *others).reshape(n, *sizes))
    return np.reshape(result, [1 if a in axes else m for a, m in enumerate(shape)]) if keepdims else result


def _innermost(x: Any) -> int:
    """The axis along which neighbours are nearest in memory."""
    steps = [(abs(s), -a) for a, (s, n) in enumerate(zip(x.strides, x.shape, strict=True)) if n > 1]
    return -min(steps)[1] if steps else 0


def product(x: Any, axes: Axes, keepdims: bool) -> Any:
    """The product of a float array over some axes; of no elements 1.

    Each factor costs a rounding in whatever order they are multiplied, so f32 is multiplied in f64.
    """
    result = _multiply(x, axis=axes, dtype=np.float64, keepdims=keepdims)
    return result if x.dtype == np.float64 else result.astype(x.dtype)


# ---------------------------------------------------------------- the tree


def _over_first(x: Any) -> Any:
    """The sum over the first axis, of whole rows: halves of multiples of eight, down to blocks."""
    n = len(x)
    if n <= BLOCK:
        return _block(x)
    half = n // 2
    half -= half % LANES
    return _over_first(x[:half]) + _over_first(x[half:])


def _block(x: Any) -> Any:
    """The sum over a short first axis: eight running sums, then what is left over."""
    n = len(x)
    whole = n - n % LANES
    if not whole:
        return _add(x, 0)
    lanes = _add(x[:whole].reshape(-1, LANES, *x.shape[1:]), 0)
    while len(lanes) > 1:
        lanes = lanes[0::2] + lanes[1::2]
    result = lanes[0]
    for row in x[whole:]:
        result = np.add(result, row)
    return result


# ---------------------------------------------------------------- sums at places

FEW = 16  # so many updates of one place may be added one after the other: as many as in a lane of a block


def add_at(result: Any, index: Sequence[Any], updates: Any) -> None:
    """`result[index] += updates`, where every one of equal places applies.

    Where there are many of one place their sum comes first: of f32 in f64, else pairwise.
    """
    if result.dtype.kind != "f" or not result.size or _most(result.shape, index) <= FEW:
        np.add.at(result, tuple(index), updates)
        return
    places = np.arange(result.size).reshape(result.shape)[tuple(index)].ravel()
    values, flat = np.ravel(updates), result.reshape(-1)
    if result.dtype == np.float32:
        sums = np.bincount(places, values, result.size)[places]
        flat[places] = (flat[places] + sums).astype(np.float32)
        return
    if result.size <= 2**16:
        places = places.astype(np.uint16)  # for which NumPy's stable sort is a radix sort
    order = np.argsort(places, kind="stable")
    places = places[order]
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    flat[places[starts]] += np.add.reduceat(values[order], starts)


def _most(shape: Sequence[int], index: Sequence[Any]) -> int:
    """How often the most frequent place stands in an index (of arrays and whole slices)."""
    arrays = [(a, n) for a, n in zip(index, shape, strict=False) if not isinstance(a, slice)]
    places: Any = 0
    for array, n in arrays:
        places = places * n + array
    places = np.ravel(places)
    if len(places) <= FEW:
        return len(places)
    return int(np.bincount(places).max())
