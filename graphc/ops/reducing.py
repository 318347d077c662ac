"""What the reductions share: their record, and how their derivatives broadcast.

The families `reduction` and `statistics` use it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, product
from graphc.ir.op import CALL, Attribute, NotDifferentiable, Operand, Reduction, Vjp
from graphc.ir.types import Array, DType

Axes = tuple[int, ...]


def count(shape: tuple[int, ...], axes: Axes) -> int:
    return math.prod([shape[a] for a in axes])


def sizes(x: Any, axes: Axes) -> Dim:
    return product(tuple(x.shape[a] for a in axes))


def expand(b: Any, g: Any, axes: Axes, keepdims: bool) -> Any:
    """`g`, of a reduction's shape, so that it broadcasts with the operand; the leading axes do so by themselves."""
    return g if keepdims or axes == tuple(range(len(axes))) else b.expand_dims(g, axes)


def spread(b: Any, g: Any, x: Any, axes: Axes, keepdims: bool) -> Any:
    """`g`, of a reduction's shape, broadcast back to the operand's."""
    g = expand(b, g, axes, keepdims)
    return g if g.shape == x.shape else b.broadcast_to(g, x.shape)


def reduction(
    name: str,
    doc: str,
    *,
    accepts: frozenset[DType],
    evaluate: Callable[..., Any],
    vjp: Vjp | NotDifferentiable,
    dtype: Callable[[DType], DType] = lambda t: t,
    empty: bool,
    subgradient: str | None = None,
    extra: tuple[Attribute, ...] = (),
    kind: type[Reduction] = Reduction,
) -> Reduction:
    """A record with the parameters (x, axis=None, keepdims=false, *extra), called by its name."""
    axis, keepdims = Attribute("axis", "axes", None), Attribute("keepdims", "bool", False)
    return kind(
        name=name,
        params=(Operand("x", accepts), axis, keepdims, *extra),
        doc=doc,
        evaluate=evaluate,
        vjp=vjp,
        mask="spread",
        subgradient=subgradient,
        spelling=CALL,
        dtype=dtype,
        empty=empty,
    )


def by(ufunc: np.ufunc) -> Callable[..., Any]:
    def evaluate(x: Array, axes: Axes, keepdims: bool) -> Any:
        return ufunc.reduce(x, axis=axes, keepdims=keepdims)

    return evaluate
