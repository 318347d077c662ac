"""Windows that slide over the spatial axes (all but the first two) of a tensor: sizes, padding, and views of them.

In: shapes and the attributes that convolutions and pooling share.  Out: normal forms of these attributes, sizes of
results, and, for evaluation, strided views and their adjoint.

A window of size k and dilation d spans d*(k-1) + 1 elements; padding is a pair (before, after) for each axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from graphc.ir.dims import Dim, Guard, ceildiv, decide_le, dim_max, floordiv
from graphc.ir.op import Note, TypeRuleError
from graphc.ir.types import Array, TensorType

Padding: TypeAlias = "tuple[tuple[int, int], ...] | str"


@dataclass(frozen=True, slots=True)
class Geometry:
    """How windows lie: one entry per spatial axis.  `padding` stays "same" where it depends on the sizes."""

    stride: tuple[int, ...]
    padding: Padding
    dilation: tuple[int, ...]

    def span(self, window: Sequence[Dim]) -> tuple[Dim, ...]:
        """How many elements a window reaches over."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, window, strict=True))

    def pads(self, sizes: Sequence[Dim], window: Sequence[Dim]) -> tuple[tuple[Dim, Dim], ...]:
        """Elements added before and after each axis."""
        if not isinstance(self.padding, str):
            return self.padding
        pairs = []
        for size, span, step in zip(sizes, self.span(window), self.stride, strict=True):
            total = span - 1 if step == 1 else dim_max((ceildiv(size, step) - 1) * step + span - size, 0)
            pairs.append((floordiv(total, 2), total - floordiv(total, 2)))
        return tuple(pairs)

    def count(self, sizes: Sequence[Dim], window: Sequence[Dim]) -> tuple[Dim, ...]:
        """How many windows there are along each axis."""
        if isinstance(self.padding, str):
            return tuple(ceildiv(size, step) for size, step in zip(sizes, self.stride, strict=True))
        spans = self.span(window)
        return tuple(
            floordiv(size + sum(pad) - span, step) + 1
            for size, pad, span, step in zip(sizes, self.padding, spans, self.stride, strict=True)
        )

    def guards(self, x: TensorType, window: Sequence[Dim]) -> tuple[Guard, ...]:
        """That a window fits, which it does with padding "same".  Raises TypeRuleError where it can't."""
        if isinstance(self.padding, str):
            return ()
        guards = []
        for axis, (size, pad, span) in enumerate(zip(x.shape[2:], self.padding, self.span(window), strict=True), 2):
            space = size + sum(pad)
            fits = decide_le(span, space)
            if fits is False:
                message = f"a window of {span} elements doesn't fit into {space}"
                raise TypeRuleError("E0309", message, (Note(0, f"{size} comes from here", axis),))
            if fits is None:
                guards.append(Guard(span, "<=", space))
        return tuple(guards)


def spatial(x: TensorType, what: str) -> int:
    """The number of spatial axes of an image.  Raises TypeRuleError E0311."""
    if not 3 <= x.rank <= 5:
        message = f"{what} takes a batch of channels with 1 to 3 spatial axes, [n, c, height, width]; this is {x}"
        raise TypeRuleError("E0311", message, (Note(0, f"has {x.rank} axes"),))
    return x.rank - 2


def normal_form(axes: int, stride: Any, padding: Any, dilation: Any) -> Geometry:
    """One entry per spatial axis.  Raises TypeRuleError E0309."""
    steps = per_axis(axes, stride, "stride", 1)
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        if padding != "same":
            hint = 'padding="same", padding="valid", padding=1 or padding=[[1, 2], [0, 0]]'
            raise TypeRuleError("E0309", f'there is no padding "{padding}"', hint=hint)
        return Geometry(steps, padding, per_axis(axes, dilation, "dilation", 1))
    listed = _listed(padding, axes)
    pairs = tuple((p, p) if isinstance(p, int) else _listed(p, 2) for p in listed)
    if len(pairs) != axes or any(len(p) != 2 or not all(isinstance(k, int) and k >= 0 for k in p) for p in pairs):
        which = "the spatial axis" if axes == 1 else f"each of the {axes} spatial axes"
        message = f"padding must be a size from 0 on, or one size or pair for {which}"
        raise TypeRuleError("E0309", message)
    return Geometry(steps, pairs, per_axis(axes, dilation, "dilation", 1))


def per_axis(axes: int, given: Any, name: str, least: int) -> tuple[int, ...]:
    """A number per spatial axis.  Raises TypeRuleError E0309."""
    listed = _listed(given, axes)
    if len(listed) != axes or not all(isinstance(k, int) and k >= least for k in listed):
        message = f"{name} must be a number from {least} on, or a list of {axes}, one for each spatial axis"
        raise TypeRuleError("E0309", message)
    return listed


def _listed(given: Any, count: int) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, tuple | list) else (given,) * count


# ---------------------------------------------------------------- evaluation, on known sizes


def padded(x: Any, pads: Sequence[tuple[int, int]], fill: float = 0) -> Any:
    """`x` with its spatial axes extended."""
    if not any(map(any, pads)):
        return x
    shape = (*x.shape[:2], *(n + low + high for n, (low, high) in zip(x.shape[2:], pads, strict=True)))
    full = np.full(shape, fill, x.dtype)
    full[inside(x.shape[2:], pads)] = x
    return full


def inside(sizes: Sequence[int], pads: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
    """The index of the original in a padded array."""
    return (..., *(slice(low, low + n) for n, (low, _) in zip(sizes, pads, strict=True)))


def window_view(x: Any, window: Sequence[int], count: Sequence[int], geometry: Geometry) -> Any:
    """A view [n, c, *count, *window] of a padded array."""
    strides = x.strides[2:]
    steps = [s * step for s, step in zip(strides, geometry.stride, strict=True)]
    inner = [s * d for s, d in zip(strides, geometry.dilation, strict=True)]
    return as_strided(x, (*x.shape[:2], *count, *window), (*x.strides[:2], *steps, *inner), writeable=False)


def offsets(window: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The places in a window."""
    return product(*map(range, window))


def shifted(offset: Sequence[int], count: Sequence[int], geometry: Geometry) -> tuple[Any, ...]:
    """The index, in a padded array, of the elements at one place of all windows."""
    return (
        ...,
        *(
            slice(d * k, d * k + step * n, step)
            for k, n, step, d in zip(offset, count, geometry.stride, geometry.dilation, strict=True)
        ),
    )


def overlap_added(parts: Any, sizes: Sequence[int], pads: Sequence[tuple[int, int]], geometry: Geometry) -> Array:
    """The adjoint of padding and `window_view`: `parts` is [n, c, *count, *window], the result [n, c, *sizes]."""
    axes = len(sizes)
    count, window = parts.shape[2 : 2 + axes], parts.shape[2 + axes :]
    shape = (*parts.shape[:2], *(n + low + high for n, (low, high) in zip(sizes, pads, strict=True)))
    full = np.zeros(shape, parts.dtype)
    for offset in offsets(window):
        full[shifted(offset, count, geometry)] += parts[(..., *offset)]
    return np.asarray(full[inside(sizes, pads)])
