"""Convolutions in 1 to 3 dimensions.

Three ops, closed under differentiation: for the trilinear form T(x, w, g) = sum(conv(x, w) * g), `conv`, `conv_input`
and `conv_weight` are its derivatives by g, x and w, so each one's derivatives are the other two.  Layouts: x is
[n, c, *sizes] (NCHW), w is [o, c // groups, *window] (OIHW), g is [n, o, *count].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, Guard, decide_eq, floordiv, mod
from graphc.ir.op import CALL, REQUIRED, Attribute, Contraction, Inferred, Note, Operand, TypeRuleError
from graphc.ir.types import NUMBERS, Array, TensorType, accumulator, widened
from graphc.ops.windows import (
    Geometry,
    Padding,
    inside,
    normal_form,
    offsets,
    padded,
    shifted,
    spatial,
    window_view,
)

BLOCK_BYTES = 2**25  # of copied windows at a time

Ints = tuple[int, ...]
Dims = tuple[Dim, ...]

GEOMETRY = (
    Attribute("stride", "ints", 1),
    Attribute("padding", "literal", "valid"),
    Attribute("dilation", "ints", 1),
    Attribute("groups", "int", 1),
)

# ---------------------------------------------------------------- type rules


def _divides(groups: int, channels: Dim, operand: int) -> tuple[Guard, ...]:
    if groups < 1:
        raise TypeRuleError("E0309", f"groups must be at least 1, not {groups}")
    divisible = decide_eq(mod(channels, groups), 0)
    if divisible is False:
        note = Note(operand, f"{channels} comes from here", 1 if operand == 0 else 0)
        raise TypeRuleError("E0309", f"{channels} channels don't divide into {groups} groups", (note,))
    return () if divisible else (Guard(groups, "divides", channels),)


def _conv_type(x: TensorType, w: TensorType, stride: Any, padding: Any, dilation: Any, groups: int) -> Inferred:
    axes = spatial(x, "conv")
    if w.rank != x.rank:
        message = f"the kernel must have the axes [out, in, {', '.join(['size'] * axes)}]; this is {w}"
        raise TypeRuleError("E0311", message, (Note(1, f"has {w.rank} axes"),))
    geometry = normal_form(axes, stride, padding, dilation)
    guards = _divides(groups, w.shape[0], 1)
    if x.shape[1] != w.shape[1] * groups:
        have, want = x.shape[1], w.shape[1] * groups
        notes = (Note(0, f"{have} comes from here", 1), Note(1, f"{w.shape[1]} comes from here", 1))
        wanted = f"{w.dtype}[{', '.join(map(str, (w.shape[0], floordiv(have, groups), *w.shape[2:])))}]"
        message = f"the image has {have} channels and the kernel takes {want}"
        raise TypeRuleError("E0301", message, notes, f"the kernel must be {wanted}")
    guards += geometry.guards(x, w.shape[2:])
    shape = (x.shape[0], w.shape[0], *geometry.count(x.shape[2:], w.shape[2:]))
    return Inferred((TensorType(accumulator(x.dtype), shape),), _attributes(geometry, groups), guards)


def _attributes(geometry: Geometry, groups: int) -> tuple[Any, ...]:
    return (geometry.stride, geometry.padding, geometry.dilation, groups)


def _input_type(
    g: TensorType, w: TensorType, size: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Inferred:
    sizes = _sizes(size, spatial(g, "conv_input"))
    x = TensorType(accumulator(g.dtype), (g.shape[0], *(d * groups for d in w.shape[1:2]), *sizes))
    forward = _conv_type(x, w, stride, padding, dilation, groups)
    _same_result(forward.types[0], g, 0)
    return Inferred((x,), (sizes, *forward.attrs), forward.guards)


def _weight_type(
    x: TensorType, g: TensorType, size: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Inferred:
    sizes = _sizes(size, spatial(x, "conv_weight"))
    guards = _divides(groups, x.shape[1], 0)
    w = TensorType(accumulator(x.dtype), (*g.shape[1:2], floordiv(x.shape[1], groups), *sizes))
    whole = TensorType(x.dtype, (x.shape[0], w.shape[1] * groups, *x.shape[2:]))
    forward = _conv_type(whole, w, stride, padding, dilation, groups)
    _same_result(forward.types[0], g, 1)
    return Inferred((w,), (sizes, *forward.attrs), guards + forward.guards)


def _sizes(size: Any, axes: int) -> Dims:
    sizes = (size,) if not isinstance(size, tuple | list) else tuple(size)
    if len(sizes) != axes:
        raise TypeRuleError("E0309", f"size must be a list of {axes}, one for each spatial axis")
    return sizes


def _same_result(forward: Any, g: TensorType, operand: int) -> None:
    if forward.shape != g.shape:
        message = f"conv of these sizes gives {forward}, not {g}"
        raise TypeRuleError("E0309", message, (Note(operand, f"is {g}"),))


# ---------------------------------------------------------------- evaluation


def _blocks(view: Array) -> Iterator[tuple[slice, slice]]:
    """Parts of the batch and of the first axis of windows that are copied at a time."""
    n, rows = view.shape[0], view.shape[2]
    row = max(1, prod(view.shape[1:2] + view.shape[3:]) * view.itemsize)
    many = max(1, BLOCK_BYTES // max(1, row * rows))
    few = rows if many > 1 else max(1, BLOCK_BYTES // row)
    for i in range(0, n, many):
        for j in range(0, rows, max(1, few)):
            yield slice(i, min(i + many, n)), slice(j, min(j + few, rows))


def _windows(x: Any, window: Ints, geometry: Geometry) -> Any:
    """A view [n, c, *count, *window]."""
    sizes = x.shape[2:]
    count: Any = geometry.count(sizes, window)
    pads: Any = geometry.pads(sizes, window)
    return window_view(padded(x, pads), window, count, geometry)


def _conv(x: Any, w: Any, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    x, w = widened(x), widened(w)
    axes, outs = x.ndim - 2, w.shape[0]
    view = _windows(x, w.shape[2:], Geometry(stride, padding, dilation))
    n = x.shape[0]
    count, inner = view.shape[2 : 2 + axes], prod(w.shape[1:])
    kernel = w.reshape(groups, outs // groups, inner)
    order = (0, 1, *range(2 + axes, 2 + 2 * axes), *range(2, 2 + axes))
    y = np.empty((n, outs, *count), x.dtype)
    for some, rows in _blocks(view):
        part = view[some, :, rows].transpose(order)
        k, shape = part.shape[0], part.shape[2 + axes :]
        columns = part.reshape(k, groups, inner, prod(shape))
        y[some, :, rows] = np.matmul(kernel, columns).reshape(k, outs, *shape)
    return y


def _conv_input(g: Any, w: Any, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    g, w = widened(g), widened(w)
    geometry = Geometry(stride, padding, dilation)
    window, count = w.shape[2:], g.shape[2:]
    pads: Any = geometry.pads(size, window)
    n, outs, ins = g.shape[0], w.shape[0], w.shape[1]
    full = np.zeros((n, groups * ins, *(s + low + high for s, (low, high) in zip(size, pads, strict=True))), g.dtype)
    columns = g.reshape(n, groups, outs // groups, prod(count))
    for offset in offsets(window):
        kernel = w[(..., *offset)].reshape(groups, outs // groups, ins).swapaxes(1, 2)
        part = np.matmul(kernel, columns)
        full[shifted(offset, count, geometry)] += part.reshape(n, groups * ins, *count)
    return np.asarray(full[inside(size, pads)])


def _conv_weight(x: Any, g: Any, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    x, g = widened(x), widened(g)
    axes, c, outs = x.ndim - 2, x.shape[1], g.shape[1]
    view = _windows(x, size, Geometry(stride, padding, dilation))
    inner = c // groups * prod(size)
    order = (1, *range(2 + axes, 2 + 2 * axes), 0, *range(2, 2 + axes))
    total = np.zeros((groups, outs // groups, inner), x.dtype)
    for some, rows in _blocks(view):
        part = view[some, :, rows]
        length = part.shape[0] * prod(part.shape[2 : 2 + axes])
        columns = part.transpose(order).reshape(groups, inner, length)
        cotangent = g[some, :, rows].swapaxes(0, 1).reshape(groups, outs // groups, length)
        total += np.matmul(cotangent, columns.swapaxes(1, 2))
    return total.reshape(outs, c // groups, *size)


# ---------------------------------------------------------------- derivatives


def _conv_vjp(b: Any, g: Any, y: Any, x: Any, w: Any, *geometry: Any) -> Any:
    return b.conv_input(g, w, x.shape[2:], *geometry), b.conv_weight(x, g, w.shape[2:], *geometry)


def _input_vjp(b: Any, h: Any, y: Any, g: Any, w: Any, size: Any, *geometry: Any) -> Any:
    return b.conv(h, w, *geometry), b.conv_weight(h, g, w.shape[2:], *geometry)


def _weight_vjp(b: Any, v: Any, y: Any, x: Any, g: Any, size: Any, *geometry: Any) -> Any:
    return b.conv_input(g, v, x.shape[2:], *geometry), b.conv(x, v, *geometry)


def _reached(vjp: Callable[..., Any]) -> Callable[..., Any]:
    """The mask of an element: whether it has a product with anything in a result whose mask is true.

    That is the derivative of the mask as 0/1 by operands of ones, a count, whose sums can't cancel.
    """

    def rule(b: Any, mask: Any, u: Any, v: Any, *attrs: Any) -> Any:
        ones = [b.ones(t.shape, t.dtype) for t in (u, v)]
        return tuple(b.not_equal(count, 0) for count in vjp(b, b.cast(mask, u.dtype), None, *ones, *attrs))

    return rule


# ---------------------------------------------------------------- records

conv = Contraction(
    name="conv",
    params=(Operand("x", NUMBERS), Operand("w", NUMBERS), *GEOMETRY),
    doc="""Convolution (cross-correlation, as in every framework) of images [n, c, *sizes] with kernels.

    `w` is [out, c // groups, *window], the result [n, out, *count], with 1 to 3 spatial axes.  `padding` with zeros:
    "valid" (none), "same" (as many windows as elements, divided by the stride, rounded up; an odd one goes to the end),
    a number, or for each axis a number or a pair.  With `dilation` d the elements of a window are d apart.  Dtypes as
    in `matmul`.""",
    evaluate=_conv,
    vjp=_conv_vjp,
    mask=_reached(_conv_vjp),
    subgradient=None,
    spelling=CALL,
    rule=_conv_type,
)

conv_input = Contraction(
    name="conv_input",
    params=(Operand("g", NUMBERS), Operand("w", NUMBERS), Attribute("size", "shape", REQUIRED), *GEOMETRY),
    doc="""The adjoint of `conv` for its image, also called transposed convolution.

    `g` is [n, out, *count], a cotangent of `conv(x, w)` for images of spatial sizes `size`; the result is
    [n, c, *size].  `stride`, `padding`, `dilation` and `groups` are those of `conv`.  A primitive for speed, and
    because it closes `conv` under differentiation.""",
    evaluate=_conv_input,
    vjp=_input_vjp,
    mask=_reached(_input_vjp),
    subgradient=None,
    spelling=CALL,
    rule=_input_type,
)

conv_weight = Contraction(
    name="conv_weight",
    params=(Operand("x", NUMBERS), Operand("g", NUMBERS), Attribute("size", "shape", REQUIRED), *GEOMETRY),
    doc="""The adjoint of `conv` for its kernel.

    `g` is [n, out, *count], a cotangent of `conv(x, w)` for windows of sizes `size`; the result is
    [out, c // groups, *size].  `stride`, `padding`, `dilation` and `groups` are those of `conv`.  A primitive for
    speed, and because it closes `conv` under differentiation.""",
    evaluate=_conv_weight,
    vjp=_weight_vjp,
    mask=_reached(_weight_vjp),
    subgradient=None,
    spelling=CALL,
    rule=_weight_type,
)

RECORDS = (conv, conv_input, conv_weight)
