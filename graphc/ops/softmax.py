"""The softmax family: weights that are exponentials over their sum, and logarithms of such sums.

The largest element is taken out first, so that nothing overflows.  An infinite one takes all the weight, several share
it; where all are -inf there is none to give, and the weights are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.ir.op import CALL, Attribute, Inferred, Operand, Ordering, normalise_axes
from graphc.ir.types import FLOATS, TensorType
from graphc.ops.reducing import Axes, expand, reduction
from graphc.ops.summation import total


def _shifted(x: Any, axes: Axes) -> tuple[Any, Any]:
    """(x - top, top).  Beside an infinite top everything else is -inf, and so is a top of -inf itself."""
    top = np.maximum.reduce(x, axis=axes, keepdims=True, initial=-np.inf)
    infinite = np.isinf(top)
    if not infinite.any():
        return np.subtract(x, top), top
    shifted = np.subtract(x, np.where(infinite, x.dtype.type(0), top))
    beside = np.where((x == top) & (top > 0), x.dtype.type(0), x.dtype.type(-np.inf))
    return np.where(infinite, beside, shifted), top


def _log_total(shifted: Any, axes: Axes) -> Any:
    """The logarithm of the sum of exponentials, the largest of which are 1: k of them and a rest.

    log(k) + log1p(rest / k) keeps the digits of a small rest, which a sum with 1 would round away.
    """
    ones = shifted == 0
    k = np.add.reduce(ones, axis=axes, keepdims=True, dtype=shifted.dtype)
    rest = total(np.where(ones, shifted.dtype.type(0), np.exp(shifted)), axes, True)
    return np.log(k) + np.log1p(np.divide(rest, np.where(k == 0, shifted.dtype.type(1), k)))


def _logsumexp(x: Any, axes: Axes, keepdims: bool) -> Any:
    shifted, top = _shifted(x, axes)
    result = _log_total(shifted, axes) + top
    return result if keepdims else np.squeeze(result, axes)


def _softmax(x: Any, axes: Axes) -> Any:
    weights: Any = np.exp(_shifted(x, axes)[0])
    sums = total(weights, axes, True)
    return np.divide(weights, np.where(sums == 0, x.dtype.type(1), sums), out=weights if x.ndim else None)


def _log_softmax(x: Any, axes: Axes) -> Any:
    shifted, _ = _shifted(x, axes)
    logarithm = _log_total(shifted, axes)
    logarithm = np.where(logarithm == -np.inf, x.dtype.type(0), logarithm)
    return np.subtract(shifted, logarithm, out=shifted if x.ndim else None)


def _rule(x: TensorType, axis: Any) -> Inferred:
    return Inferred((x,), (normalise_axes(axis, x.rank),))


def _rows(b: Any, mask: Any, x: Any, axes: Axes) -> Any:
    """Elements mix along the axes: all of them count if one of their results does."""
    return b.any(mask, axes, True)


def _softmax_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes) -> Any:
    return y * (g - b.sum(y * g, axes, True))


softmax = Ordering(
    name="softmax",
    params=(Operand("x", FLOATS), Attribute("axis", "axes", -1)),
    doc="""Probabilities: the exponentials over their sum along an axis, or several.

    Infinite elements share all of it; where all are -inf, the weights are 0.  A primitive for accuracy and speed.""",
    evaluate=_softmax,
    vjp=_softmax_vjp,
    mask=_rows,
    subgradient="0 beside an infinite element, and where all are -inf",
    spelling=CALL,
    rule=_rule,
)


def _log_softmax_vjp(b: Any, g: Any, y: Any, x: Any, axes: Axes) -> Any:
    return g - b.exp(y) * b.sum(g, axes, True)


log_softmax = Ordering(
    name="log_softmax",
    params=(Operand("x", FLOATS), Attribute("axis", "axes", -1)),
    doc="""The logarithm of `softmax`, exact where that underflows.

    The largest element is taken out first: large ones keep their digits.  A primitive for accuracy and speed.""",
    evaluate=_log_softmax,
    vjp=_log_softmax_vjp,
    mask=_rows,
    subgradient="where all elements are -inf, the cotangent as it comes",
    spelling=CALL,
    rule=_rule,
)

logsumexp = reduction(
    "logsumexp",
    """Logarithm of the sum of exponentials over some axes, by default all, without overflow.

    -inf where all elements are, or where there are none.""",
    accepts=FLOATS,
    evaluate=_logsumexp,
    vjp=lambda b, g, y, x, axes, keepdims: expand(b, g, axes, keepdims) * b.softmax(x, axes),
    empty=True,
    subgradient="0 where all elements are -inf; beside infinite ones, all to these in equal shares",
)

RECORDS = (softmax, log_softmax, logsumexp)
