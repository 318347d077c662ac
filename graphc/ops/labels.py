"""Labels: integers that number classes, from 0.  A negative one is none; in `x[i]` it would count from the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graphc.ir.dims import Dim
from graphc.ir.op import (
    REQUIRED,
    Attribute,
    EvaluationError,
    Inferred,
    Masked,
    NotDifferentiable,
    Note,
    Operand,
    TypeRuleError,
    within_limit,
)
from graphc.ir.types import BOOL, ELEMENTS, INTS, Array, DType, TensorType
from graphc.ops.shape import shown, view


def classes(labels: Array, count: int) -> npt.NDArray[np.int64]:
    """Labels as numbers of classes, which don't count from the end.  Raises EvaluationError E0605 with the row."""
    given: Any = np.asarray(labels)
    wrong = (given < 0) | (given >= count)
    if np.any(wrong):
        at = np.argwhere(wrong)[0].tolist()
        row = "" if not at else f" in row {at[0] if len(at) == 1 else at}"
        of = f"there are {count} classes, from 0" if count != 1 else "there is one class, 0"
        raise EvaluationError("E0605", f"label {given[tuple(at)]}{row} is out of range: {of}")
    return given.astype(np.int64)  # type: ignore[no-any-return]


def _at_label_rule(x: TensorType, labels: TensorType) -> Inferred:
    if not x.rank or labels.shape != x.shape[:-1]:
        wanted = f"{labels.dtype}{shown(x.shape[:-1])}" if x.rank else "rows of classes"
        raise TypeRuleError("E0310", f"{x} takes labels {wanted}, one for each row", (Note(1, f"{labels}"),))
    return Inferred((x.with_shape(labels.shape),))


def _at_label(x: Array, labels: Array) -> Any:
    return np.take_along_axis(x, classes(labels, x.shape[-1])[..., None], -1)[..., 0]


def _at_label_vjp(b: Any, g: Any, y: Any, x: Any, labels: Any) -> Any:
    """`one_hot` refuses what `at_label` refuses, which a gradient need not compute."""
    hit = b.one_hot(labels, x.shape[-1], BOOL)
    return Masked(b.where(hit, b.expand_dims(g, (g.rank,)), b.zeros(x.shape, g.dtype)), hit, clean=True), None


at_label = view(
    "at_label",
    (Operand("x", ELEMENTS), Operand("labels", INTS, group=None)),
    """The element of each row of x [..., classes] at its label [...].

    A label is the number of a class, from 0: a negative one is an error, unlike in `x[i]`.  A primitive for that
    check.""",
    rule=_at_label_rule,
    evaluate=_at_label,
    vjp=_at_label_vjp,
    mask="moves",
)


def _one_hot_rule(indices: TensorType, depth: Dim, dtype: DType) -> Inferred:
    result = within_limit(TensorType(dtype, (*indices.shape, depth)))
    return Inferred((result,), (depth, dtype))


def _one_hot(indices: Array, depth: int, dtype: DType) -> Any:
    places = classes(indices, depth)
    return np.equal(places[..., None], np.arange(depth)).astype(dtype.numpy)


one_hot = view(
    "one_hot",
    (Operand("indices", INTS, group=None), Attribute("depth", "dim", REQUIRED), Attribute("dtype", "dtype", None)),
    """For each index a vector of `depth` zeros with a one at the index.

    An index is the number of a class, from 0 to `depth - 1`: a negative one is an error.""",
    rule=_one_hot_rule,
    evaluate=_one_hot,
    vjp=NotDifferentiable("indices are integers"),
    mask="opaque",
)

RECORDS = (at_label, one_hot)
