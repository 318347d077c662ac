"""Linear systems, inverses and determinants, batched over all axes but the last two.

Matrices that have no result are run-time errors which name the matrix of the batch; NaN and infinities propagate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.ir.op import CALL, Attribute, Inferred, MatrixOp, Operand, TypeRuleError
from graphc.ir.types import FLOATS, Array, TensorType
from graphc.ops.matrix import (
    attempt,
    check_matrix,
    check_square,
    column,
    failure,
    nan_unless,
    on_finite,
    replaced,
    row,
    scalar_per_matrix,
    singular,
    solution_type,
    sum_to,
    transposed,
)

MATRIX = Operand("a", FLOATS)
SINGULAR = "is singular"
HINT = "pinv({0}) takes singular matrices"


def _square_type(name: str) -> Any:
    def rule(a: TensorType) -> Inferred:
        check_square(a, name)
        return Inferred((a,))

    return rule


# ---------------------------------------------------------------- linear systems


def _solve(a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return _solve(a, b[:, None])[..., 0]
    finite = np.isfinite(a).all(axis=(-2, -1))
    usable = a if finite.all() else replaced(a, finite)
    wide = b.reshape((1,) * (a.ndim - b.ndim) + b.shape)  # NumPy 1 takes fewer axes than the matrix's for a vector
    try:
        x = np.linalg.solve(usable, wide)
    except np.linalg.LinAlgError:
        raise failure(usable, singular, SINGULAR, HINT) from None
    return x if usable is a else nan_unless(finite, x, 2)


def _outer(b: Any, left: Any, right: Any, vectors: bool) -> Any:
    """left @ right.T, of vectors or of matrices."""
    return column(b, left) * row(b, right) if vectors else left @ transposed(b, right)


def _solve_vjp(b: Any, g: Any, y: Any, a: Any, rhs: Any) -> Any:
    """With u = a.T \\ g: u for the right-hand side, -u y.T for the matrix."""
    vectors = rhs.rank == 1
    at = transposed(b, a)
    u = b.solve(at, g) if not vectors or a.rank == 2 else b.squeeze(b.solve(at, column(b, g)), (g.rank,))
    return sum_to(b, -_outer(b, u, y, vectors), a.shape), sum_to(b, u, rhs.shape)


solve = MatrixOp(
    name="solve",
    params=(MATRIX, Operand("b", FLOATS)),
    doc="""The solution x of `a @ x = b`, by LU with partial pivoting.

    `b` is a vector if it has one axis, and else matrices; batches broadcast.  A singular matrix is an error; one with
    NaN or infinities gives NaN.""",
    evaluate=_solve,
    vjp=_solve_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda a, b: Inferred((solution_type(a, b, "solve"),)),
)


def _triangular_solve(a: Any, b: Any, lower: bool, transpose: bool, unit: bool) -> Array:
    from scipy.linalg import get_lapack_funcs

    vectors = b.ndim == 1
    rhs = b[:, None] if vectors else b
    triangle = (np.tril if lower else np.triu)(a, 0 if not unit else -1 if lower else 1)
    finite = np.isfinite(triangle).all(axis=(-2, -1))
    if not finite.all():
        a = replaced(a, finite)
    if not unit and (np.diagonal(a, axis1=-2, axis2=-1) == 0).any():
        raise failure(a, lambda m: bool((np.diagonal(m) == 0).any()), "has a zero on its diagonal")
    batch = np.broadcast_shapes(a.shape[:-2], rhs.shape[:-2])
    x = np.empty((*batch, *rhs.shape[-2:]), a.dtype)
    if x.size:
        a, rhs = np.broadcast_to(a, (*batch, *a.shape[-2:])), np.broadcast_to(rhs, x.shape)
        (trtrs,) = get_lapack_funcs(("trtrs",), (a, rhs))
        for i in np.ndindex(batch):
            x[i], _ = trtrs(a[i], rhs[i], lower=lower, trans=transpose, unitdiag=unit)
    x = x if finite.all() else nan_unless(finite, x, 2)
    return x[..., 0] if vectors else x


def _triangular_vjp(b: Any, g: Any, y: Any, a: Any, rhs: Any, lower: bool, transpose: bool, unit: bool) -> Any:
    """As that of `solve`, cut to the triangle that is read."""
    vectors = rhs.rank == 1
    if not vectors or a.rank == 2:
        u = b.triangular_solve(a, g, lower, not transpose, unit)
    else:
        u = b.squeeze(b.triangular_solve(a, column(b, g), lower, not transpose, unit), (g.rank,))
    ga = _outer(b, y, u, vectors) if transpose else _outer(b, u, y, vectors)
    ga = b.tril(ga, -1 if unit else 0) if lower else b.triu(ga, 1 if unit else 0)
    return sum_to(b, -ga, a.shape), sum_to(b, u, rhs.shape)


triangular_solve = MatrixOp(
    name="triangular_solve",
    params=(
        MATRIX,
        Operand("b", FLOATS),
        Attribute("lower", "bool", True),
        Attribute("transpose", "bool", False),
        Attribute("unit", "bool", False),
    ),
    doc="""The solution x of `a @ x = b` for a triangular matrix, of which only the triangle is read.

    `lower`: the lower one.  `transpose`: of `a.T @ x = b`.  `unit`: the diagonal is taken for ones and not read.  `b`
    is a vector if it has one axis, and else matrices; batches broadcast.  A zero on the diagonal is an error; NaN or an
    infinity in the triangle gives NaN.""",
    evaluate=_triangular_solve,
    vjp=_triangular_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda a, b, *attrs: Inferred((solution_type(a, b, "triangular_solve"),), tuple(map(bool, attrs))),
)

# ---------------------------------------------------------------- inverses


def _inv_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    yt = transposed(b, y)
    return -(yt @ g @ yt)


inv = MatrixOp(
    name="inv",
    params=(MATRIX,),
    doc="""The inverse.

    `solve(a, b)` is faster and more accurate than `inv(a) @ b`.  A singular matrix is an error; one with NaN or
    infinities gives NaN.""",
    evaluate=lambda a: on_finite(lambda m: attempt(np.linalg.inv, m, SINGULAR, HINT), a),
    vjp=_inv_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_square_type("inv"),
)


def _pinv(a: Any, rtol: float | None) -> Array:
    limit = max(a.shape[-2:]) * float(np.finfo(a.dtype).eps) if rtol is None else rtol

    def inverse(a: Any) -> Array:
        u, s, vt = np.linalg.svd(a, full_matrices=False)
        kept = s > limit * s.max(axis=-1, keepdims=True, initial=0)
        reciprocal = np.divide(1, s, out=np.zeros_like(s), where=kept)
        return np.asarray(np.matmul(vt.swapaxes(-1, -2) * reciprocal[..., None, :], u.swapaxes(-1, -2)))

    return np.asarray(on_finite(inverse, a))


def _pinv_type(a: TensorType, rtol: float | None) -> Inferred:
    check_matrix(a, "pinv")
    if rtol is not None and not 0 <= rtol < 1:  # at 1 even the largest would count as zero
        raise TypeRuleError("E0309", f"rtol of pinv must be at least 0 and less than 1, not {rtol}")
    return Inferred((a.with_shape((*a.shape[:-2], a.shape[-1], a.shape[-2])),), (rtol,))


def _pinv_vjp(b: Any, g: Any, y: Any, a: Any, rtol: float | None) -> Any:
    """Golub and Pereyra 1973, for constant rank: dy = -y da y + y y.T da.T (1 - a y) + (1 - y a) da.T y.T y.

    Never y times y.T by itself: of a small matrix that may be infinite where the whole is not.
    """
    yt, gt = transposed(b, y), transposed(b, g)
    columns = ((gt - a @ (y @ gt)) @ y) @ yt
    rows = yt @ (y @ (gt - (gt @ y) @ a))
    return columns + rows - yt @ g @ yt


pinv = MatrixOp(
    name="pinv",
    params=(MATRIX, Attribute("rtol", "float", None)),
    doc="""The Moore-Penrose inverse, by singular values.

    Those not above `rtol` times the largest count as zero (by default: the larger of the sizes times the dtype's
    epsilon).  The derivative is that among matrices of the same rank.  A matrix with NaN or infinities gives NaN.  A
    primitive because the derivative of `svd` fails where singular values are equal, and this one does not.""",
    evaluate=_pinv,
    vjp=_pinv_vjp,
    mask="opaque",
    subgradient="where the rank changes, that among matrices of the same rank",
    spelling=CALL,
    rule=_pinv_type,
)

# ---------------------------------------------------------------- determinants


def _numbers_type(name: str, results: int) -> Any:
    def rule(a: TensorType) -> Inferred:
        check_square(a, name)
        return Inferred((a.with_shape(a.shape[:-2]),) * results)

    return rule


det = MatrixOp(
    name="det",
    params=(MATRIX,),
    doc="""The determinant; 1 for a matrix of size 0.

    A polynomial: its derivatives of all orders are right for singular matrices, too.  `slogdet` neither overflows nor
    underflows.  A matrix with NaN or infinities gives NaN.""",
    evaluate=lambda a: on_finite(np.linalg.det, a),
    vjp=lambda b, g, y, a: scalar_per_matrix(b, g) * b.cofactor(a),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_numbers_type("det", 1),
)


def _slogdet_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    """The sign is constant between singular matrices."""
    return None if g[1] is None else scalar_per_matrix(b, g[1]) * transposed(b, b.inv(a))


slogdet = MatrixOp(
    name="slogdet",
    params=(MATRIX,),
    doc="""The sign of the determinant and the logarithm of its absolute value; 0 and -inf for a singular matrix.

    The derivative at a singular matrix is an error.  A matrix with NaN or infinities gives NaN.""",
    evaluate=lambda a: on_finite(lambda m: tuple(np.linalg.slogdet(m)), a),
    vjp=_slogdet_vjp,
    mask="opaque",
    subgradient="the sign has derivative 0",
    spelling=CALL,
    rule=_numbers_type("slogdet", 2),
)

RECORDS = (solve, triangular_solve, inv, pinv, det, slogdet)
