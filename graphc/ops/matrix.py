"""What ops on the last two axes share: their type rules' conditions, pieces of their derivatives, run-time failures.

Everything before the last two axes is a batch.  The families `linear_algebra` and `factorisation` use it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Dim
from graphc.ir.op import EvaluationError, Note, TypeRuleError, broadcast_shapes
from graphc.ir.types import Array, TensorType

# ---------------------------------------------------------------- type rules


def check_matrix(a: TensorType, name: str) -> None:
    """Raises TypeRuleError E0311."""
    if a.rank < 2:
        raise TypeRuleError("E0311", f"{name} takes a matrix; this is {a}", (Note(0, f"has rank {a.rank}"),))


def check_square(a: TensorType, name: str) -> None:
    """Raises TypeRuleError E0311 or E0301."""
    check_matrix(a, name)
    rows, columns = a.shape[-2:]
    if rows != columns:
        notes = (Note(0, f"{rows} comes from here", a.rank - 2), Note(0, f"{columns} comes from here", a.rank - 1))
        raise TypeRuleError("E0301", f"{name} takes a square matrix; this is {a}", notes)


def solution_type(a: TensorType, b: TensorType, name: str) -> TensorType:
    """The type of x in a @ x = b; `b` is a vector if its rank is 1.  Raises TypeRuleError."""
    check_square(a, name)
    if b.rank == 0:
        raise TypeRuleError(
            "E0311", f"{name} takes a vector or a matrix on the right; this is {b}", (Note(1, "0 axes"),)
        )
    axis = max(b.rank - 2, 0)
    if a.shape[-1] != b.shape[axis]:
        n, m = a.shape[-1], b.shape[axis]
        notes = (Note(0, f"{n} comes from here", a.rank - 1), Note(1, f"{m} comes from here", axis))
        raise TypeRuleError("E0301", f"{name} takes {n} rows on the right for a matrix {a}; this is {b}", notes)
    try:
        batch = broadcast_shapes((a.shape[:-2], b.shape[:-2]))
    except TypeRuleError as e:
        raise TypeRuleError(e.code, f"the batches of {a} and {b} don't broadcast", e.notes, e.hint) from None
    return TensorType(a.dtype, (*batch, *b.shape[axis:]))


# ---------------------------------------------------------------- derivatives


def transposed(b: Any, x: Any) -> Any:
    """The transposed matrices, `x.T`."""
    r = x.rank
    return b.transpose(x, (*range(r - 2), r - 1, r - 2))


def symmetric(b: Any, x: Any) -> Any:
    """(x + x.T) / 2"""
    return 0.5 * (x + transposed(b, x))


def column(b: Any, x: Any) -> Any:
    """Vectors as matrices of one column; `row` likewise."""
    return b.expand_dims(x, x.rank)


def row(b: Any, x: Any) -> Any:
    return b.expand_dims(x, x.rank - 1)


def scalar_per_matrix(b: Any, x: Any) -> Any:
    """Numbers, one for each matrix of a batch, broadcast over the matrices."""
    return b.expand_dims(x, (x.rank, x.rank + 1))


def identity(b: Any, n: Dim, dtype: Any) -> Any:
    return b.eye(n, n, 0, dtype)


def sum_to(b: Any, x: Any, shape: tuple[Dim, ...]) -> Any:
    """`x` summed over the batch axes along which an operand of this shape was broadcast."""
    if x.shape == shape:
        return x
    added = x.rank - len(shape)
    if added:
        x = b.sum(x, tuple(range(added)), False)
    ones = tuple(i for i, (have, want) in enumerate(zip(x.shape, shape, strict=True)) if have != want)
    return b.sum(x, ones, True) if ones else x


# ---------------------------------------------------------------- evaluation


def attempt(function: Callable[..., Any], a: Any, problem: str, hint: str | None = None) -> Any:
    """`function(a)`, or an EvaluationError that says which matrix of the batch fails."""
    try:
        return function(a)
    except np.linalg.LinAlgError:
        raise failure(a, lambda matrix: _fails(function, matrix), problem, hint) from None


def failure(a: Any, fails: Callable[[Any], bool], problem: str, hint: str | None = None) -> EvaluationError:
    """The error for the first matrix that fails."""
    index = next((i for i in np.ndindex(a.shape[:-2]) if fails(a[i])), ())
    which = "the matrix" if not index else f"matrix {index[0] if len(index) == 1 else list(index)} of the batch"
    return EvaluationError("E0606", f"{which} {problem}", hint)


def singular(matrix: Any) -> bool:
    """Does LU find no pivot?"""
    return _fails(np.linalg.inv, matrix)


def _fails(function: Callable[..., Any], matrix: Any) -> bool:
    try:
        function(matrix)
    except np.linalg.LinAlgError:
        return True
    return False


def on_finite(function: Callable[[Any], Any], a: Any, read: Callable[[Any], Any] = lambda a: a) -> Any:
    """`function(a)`, with NaN for the matrices whose part that is `read` holds NaN or an infinity.

    Iterative algorithms don't converge on those, or never end.
    """
    finite = np.isfinite(read(a)).all(axis=(-2, -1))
    if finite.all():
        return function(a)
    results = function(replaced(a, finite))
    if not isinstance(results, tuple):
        return nan_unless(finite, results, results.ndim - finite.ndim)
    return tuple(nan_unless(finite, r, r.ndim - finite.ndim) for r in results)


def replaced(a: Any, finite: Any) -> Any:
    """The matrices, with ones in place of those that aren't finite."""
    return np.where(finite[..., None, None], a, np.eye(*a.shape[-2:], dtype=a.dtype))


def nan_unless(finite: Any, result: Any, axes: int) -> Array:
    """`result`, whose last `axes` axes belong to one matrix, with NaN for the matrices that aren't finite."""
    wide = finite.reshape(finite.shape + (1,) * axes)
    return np.where(wide, result, np.asarray(np.nan, result.dtype))
