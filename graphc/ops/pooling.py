"""Pooling over windows of images, and the windows themselves.

`windows` and `overlap_add` are adjoint; the derivatives of `max_pool` and `avg_pool` are written with them.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Contraction,
    Inferred,
    Masked,
    Note,
    Operand,
    TypeRuleError,
    View,
    within_limit,
)
from graphc.ir.types import ANY, FLOATS, I64, NUMBERS, Array, TensorType
from graphc.ops.windows import (
    Geometry,
    Padding,
    normal_form,
    offsets,
    overlap_added,
    padded,
    per_axis,
    shifted,
    spatial,
    window_view,
)

Ints = tuple[int, ...]


def _geometry(stride: Ints, padding: Padding) -> Geometry:
    return Geometry(stride, padding, (1,) * len(stride))


# ---------------------------------------------------------------- windows


def _windows_type(x: TensorType, size: Any, stride: Any, padding: Any, fill: float) -> Inferred:
    axes = spatial(x, "windows")
    window = per_axis(axes, size, "size", 1)
    geometry = normal_form(axes, stride, padding, 1)
    if fill != 0 and not x.dtype.is_float:
        raise TypeRuleError("E0309", f"{x.dtype} is filled with 0 only, not with {fill}")
    guards = geometry.guards(x, window)
    shape = (*x.shape[:2], *geometry.count(x.shape[2:], window), *window)
    attrs = (window, geometry.stride, geometry.padding, float(fill))
    return Inferred((within_limit(x.with_shape(shape)),), attrs, guards)


def _windows(x: Any, size: Ints, stride: Ints, padding: Padding, fill: float) -> Any:
    geometry = _geometry(stride, padding)
    pads: Any = geometry.pads(x.shape[2:], size)
    count: Any = geometry.count(x.shape[2:], size)
    return window_view(padded(x, pads, fill if fill else 0), size, count, geometry)


windows = View(
    name="windows",
    params=(
        Operand("x", ANY),
        Attribute("size", "ints", REQUIRED),
        Attribute("stride", "ints", 1),
        Attribute("padding", "literal", 0),
        Attribute("fill", "float", 0.0),
    ),
    doc="""The windows that slide over the spatial axes of images [n, c, *sizes], as [n, c, *count, *size].

    `stride` and `padding` as for `conv`, which fills with `fill`.""",
    evaluate=_windows,
    vjp=lambda b, g, y, x, size, stride, padding, fill: b.overlap_add(g, x.shape[2:], stride, padding),
    mask="accumulates",
    subgradient=None,
    spelling=CALL,
    rule=_windows_type,
)


def _overlap_type(p: TensorType, size: Any, stride: Any, padding: Any) -> Inferred:
    sizes = tuple(size) if isinstance(size, tuple | list) else (size,)
    axes = len(sizes)
    if p.rank != 2 + 2 * axes or not 1 <= axes <= 3:
        message = f"overlap_add takes windows with {axes} axes after as many axes of places; this is {p}"
        raise TypeRuleError("E0311", message, (Note(0, f"has {p.rank} axes"),))
    window = per_axis(axes, p.shape[2 + axes :], "the size of a window", 1)
    geometry = normal_form(axes, stride, padding, 1)
    image = p.with_shape((*p.shape[:2], *sizes))
    guards = geometry.guards(image, window)
    if geometry.count(sizes, window) != p.shape[2 : 2 + axes]:
        raise TypeRuleError("E0309", f"the windows of {image} are not {p}", (Note(0, f"is {p}"),))
    return Inferred((image,), (sizes, geometry.stride, geometry.padding), guards)


def _overlap_add(p: Any, size: Ints, stride: Ints, padding: Padding) -> Array:
    geometry = _geometry(stride, padding)
    pads: Any = geometry.pads(size, p.shape[2 + len(size) :])
    return overlap_added(p, size, pads, geometry)


overlap_add = View(
    name="overlap_add",
    params=(
        Operand("p", NUMBERS),
        Attribute("size", "shape", REQUIRED),
        Attribute("stride", "ints", 1),
        Attribute("padding", "literal", 0),
    ),
    doc="""Windows [n, c, *count, *window] put back into images [n, c, *size], added where they overlap.

    The adjoint of `windows`, with its `stride` and `padding`.""",
    evaluate=_overlap_add,
    vjp=lambda b, g, y, p, size, stride, padding: b.windows(g, p.shape[2 + len(size) :], stride, padding),
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_overlap_type,
)

# ---------------------------------------------------------------- pooling


def _pool_type(x: TensorType, size: Any, stride: Any, padding: Any) -> Inferred:
    axes = spatial(x, "pooling")
    window = per_axis(axes, size, "size", 1)
    geometry = normal_form(axes, window if stride is None else stride, padding, 1)
    if not isinstance(geometry.padding, str):
        for pair, k in zip(geometry.padding, window, strict=True):
            if max(pair) >= k:
                raise TypeRuleError("E0309", f"padding {max(pair)} must be less than the window's size, {k}")
    guards = geometry.guards(x, window)
    shape = (*x.shape[:2], *geometry.count(x.shape[2:], window))
    return Inferred((x.with_shape(shape),), (window, geometry.stride, geometry.padding), guards)


def _pool(combine: Any, fill: float, x: Any, size: Ints, stride: Ints, padding: Padding) -> Any:
    geometry = _geometry(stride, padding)
    pads: Any = geometry.pads(x.shape[2:], size)
    count: Any = geometry.count(x.shape[2:], size)
    full = padded(x, pads, fill)
    places = offsets(size)
    y = full[shifted(next(places), count, geometry)].copy()
    for offset in places:
        combine(y, full[shifted(offset, count, geometry)], out=y)
    return y


def _max_pool(x: Any, size: Ints, stride: Ints, padding: Padding) -> Any:
    return _pool(np.maximum, -np.inf, x, size, stride, padding)


def _avg_pool(x: Any, size: Ints, stride: Ints, padding: Padding) -> Any:
    y = _pool(np.add, 0, x, size, stride, padding)
    y /= prod(size)
    return y


def _inner(x: Any, size: Ints) -> tuple[int, ...]:
    """The axes of the places in the windows of `x`."""
    return tuple(range(x.rank, x.rank + len(size)))


def _max_pool_vjp(b: Any, g: Any, y: Any, x: Any, size: Ints, stride: Ints, padding: Padding) -> Any:
    p = b.windows(x, size, stride, padding, -np.inf)
    axes = _inner(x, size)
    largest = b.logical_or(b.equal(p, b.expand_dims(y, axes)), b.isnan(p))  # NaN is where a NaN comes from
    share = b.expand_dims(g, axes) / b.sum(b.cast(largest, g.dtype), axes, True)
    value = b.overlap_add(b.where(largest, share, 0), x.shape[2:], stride, padding)

    def mask() -> Any:
        return b.not_equal(b.overlap_add(b.cast(largest, I64), x.shape[2:], stride, padding), 0)

    return Masked(value, mask, clean=True)


def _avg_pool_vjp(b: Any, g: Any, y: Any, x: Any, size: Ints, stride: Ints, padding: Padding) -> Any:
    share = b.expand_dims(g / prod(size), _inner(x, size))
    return b.overlap_add(b.broadcast_to(share, (*g.shape, *size)), x.shape[2:], stride, padding)


POOL = (
    Operand("x", FLOATS),
    Attribute("size", "ints", REQUIRED),
    Attribute("stride", "ints", None),
    Attribute("padding", "literal", 0),
)

max_pool = Contraction(
    name="max_pool",
    params=POOL,
    doc="""The largest element of each window of images [n, c, *sizes]; NaN if the window has one.

    `stride` is the size unless given.  `padding` as for `conv`, less than the size; what is added never counts.  A
    primitive for speed.""",
    evaluate=_max_pool,
    vjp=_max_pool_vjp,
    mask="accumulates",
    subgradient="equal shares among ties, -0.0 and 0.0 included; in a window with NaN among those",
    spelling=CALL,
    rule=_pool_type,
)

avg_pool = Contraction(
    name="avg_pool",
    params=POOL,
    doc="""The mean of each window of images [n, c, *sizes].

    `stride` is the size unless given.  `padding` as for `conv`, less than the size, with zeros that count.  A
    primitive for speed.""",
    evaluate=_avg_pool,
    vjp=_avg_pool_vjp,
    mask="accumulates",
    subgradient=None,
    spelling=CALL,
    rule=_pool_type,
)

RECORDS = (windows, overlap_add, max_pool, avg_pool)
