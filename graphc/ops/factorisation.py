"""Factorisations: `cholesky`, `eigh`, `svd`, `qr`, batched over all axes but the last two.

The derivatives are those of Giles, "Collected matrix derivative results" (2008), Townsend, "Differentiating the
singular value decomposition" (2016), and Roberts and Roberts, "QR and LQ decomposition matrix backpropagation" (2020).
A component of the cotangent that nobody uses is None.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.ir.dims import Dim, dim_min
from graphc.ir.literal import format_number
from graphc.ir.op import CALL, Inferred, MatrixOp, Operand
from graphc.ir.types import F64, FLOATS, Array, TensorType
from graphc.ops.matrix import (
    attempt,
    check_matrix,
    check_square,
    column,
    identity,
    on_finite,
    row,
    symmetric,
    transposed,
)

MATRIX = Operand("a", FLOATS)


def _total(parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


# ---------------------------------------------------------------- cholesky


def _cholesky(a: Any) -> Array:
    def factor(m: Any) -> Any:
        try:
            return np.linalg.cholesky(m)
        except np.linalg.LinAlgError:
            return attempt(np.linalg.cholesky, m, "is not positive definite", _shifted(m))

    return np.asarray(on_finite(factor, a, np.tril))


def _shifted(m: Any) -> str:
    """`cholesky(a + 1e-6 * eye(3))`, with enough to make the smallest eigenvalue positive."""
    values = np.linalg.eigvalsh(m)
    shift = max(1e-6 * float(np.abs(values).max()), -2 * float(values.min()), 1e-6)
    return f"cholesky({{0}} + {format_number(float(f'{shift:.1g}'), F64)} * eye({m.shape[-1]}))"


def _cholesky_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    """symmetric(y.T \\ P / y), P the lower triangle of y.T g with half its diagonal."""
    p = transposed(b, y) @ g
    p = 0.5 * (b.tril(p, 0) + b.tril(p, -1))
    left = b.triangular_solve(y, p, True, True)
    return symmetric(b, b.triangular_solve(y, transposed(b, left), True, True))


def _cholesky_type(a: TensorType) -> Inferred:
    check_square(a, "cholesky")
    return Inferred((a,))


cholesky = MatrixOp(
    name="cholesky",
    params=(MATRIX,),
    doc="""The lower triangular L with a positive diagonal for which `L @ L.T` is `a`, symmetric and positive definite.

    Reads the lower triangle.  The derivative is that among symmetric matrices: it is symmetric.  A matrix that is not
    positive definite is an error (E0606); one with NaN or infinities gives NaN.""",
    evaluate=_cholesky,
    vjp=_cholesky_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_cholesky_type,
)

# ---------------------------------------------------------------- eigh


def _eigh_type(a: TensorType) -> Inferred:
    check_square(a, "eigh")
    return Inferred((a.with_shape(a.shape[:-1]), a))


def _eigh_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    """v (diag(gw) + F * v.T gv) v.T, made symmetric, with F[i, j] = 1 / (w[j] - w[i]) and no diagonal."""
    gw, gv = g
    w, v = y
    vt = transposed(b, v)
    parts = []
    if gw is not None:
        parts.append((v * row(b, gw)) @ vt)
    if gv is not None:
        inner = vt @ gv
        antisymmetric = 0.5 * (inner - transposed(b, inner))
        difference = row(b, w) - column(b, w) + identity(b, w.shape[-1], w.dtype)
        parts.append(v @ (antisymmetric / difference) @ vt)
    return _total(parts)


eigh = MatrixOp(
    name="eigh",
    params=(MATRIX,),
    doc="""Eigenvalues, ascending, and orthonormal eigenvectors (the columns) of a symmetric matrix.

    Reads the lower triangle; the derivative is symmetric.  A function of the vectors has none where eigenvalues are
    equal: inf or NaN results.  Of the values alone, the first derivative is right there, too; for equal eigenvalues
    it is that of their sum.  A matrix with NaN or infinities gives NaN.""",
    evaluate=lambda a: on_finite(lambda m: tuple(attempt(np.linalg.eigh, m, "has no eigenvalues")), a, np.tril),
    vjp=_eigh_vjp,
    mask="opaque",
    subgradient="of the vectors, inf or NaN where eigenvalues are equal",
    spelling=CALL,
    rule=_eigh_type,
)

# ---------------------------------------------------------------- svd


def _svd_type(a: TensorType) -> Inferred:
    check_matrix(a, "svd")
    batch, (m, n) = a.shape[:-2], a.shape[-2:]
    k = dim_min(m, n)
    return Inferred((a.with_shape((*batch, m, k)), a.with_shape((*batch, k)), a.with_shape((*batch, k, n))))


def _svd(a: Any) -> Any:
    def factor(m: Any) -> tuple[Array, ...]:
        return tuple(np.linalg.svd(m, full_matrices=False))

    return on_finite(lambda m: attempt(factor, m, "has no singular values"), a)


def _svd_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    """u (diag(gs) + J s + s K) vt, and what lies outside the ranges of u and v.

    J = (u.T gu - gu.T u) / D, K = (v.T gv - gv.T v) / D, D[i, j] = s[j]**2 - s[i]**2 (its diagonal is not used), whose
    factors divide one after the other: squares of small or large ones leave the range.
    """
    gu, gs, gvt = g
    u, s, vt = y
    ut, v = transposed(b, u), transposed(b, vt)
    (m, n), k = a.shape[-2:], s.shape[-1]
    parts, core = [], []
    if gs is not None:
        parts.append((u * row(b, gs)) @ vt)
    if gu is not None or gvt is not None:
        gap = row(b, s) - column(b, s) + identity(b, k, s.dtype)
        both = row(b, s) + column(b, s) + identity(b, k, s.dtype)
    if gu is not None:
        inner = ut @ gu
        core.append((inner - transposed(b, inner)) / gap * (row(b, s) / both))
        if m != k:
            parts.append(((gu - u @ inner) / row(b, s)) @ vt)
    if gvt is not None:
        inner = gvt @ v
        core.append((transposed(b, inner) - inner) / gap * (column(b, s) / both))
        if n != k:
            parts.append(u @ ((gvt - inner @ vt) / column(b, s)))
    if core:
        parts.append(u @ _total(core) @ vt)
    return _total(parts)


svd = MatrixOp(
    name="svd",
    params=(MATRIX,),
    doc="""The reduced singular value decomposition (u, s, vt): `a` is `(u * s) @ vt`, s descending.

    For a matrix of m rows and n columns and k = min(m, n), u is [m, k] and vt [k, n].  A function of u or vt has no
    derivative where singular values are equal or, unless the matrix is square, zero: inf or NaN results.  Of s alone,
    the first derivative needs none of this.  A matrix with NaN or infinities gives NaN.""",
    evaluate=_svd,
    vjp=_svd_vjp,
    mask="opaque",
    subgradient="of u and vt, inf or NaN where singular values are equal",
    spelling=CALL,
    rule=_svd_type,
)

# ---------------------------------------------------------------- qr


def _qr_type(a: TensorType) -> Inferred:
    check_matrix(a, "qr")
    batch, (m, n) = a.shape[:-2], a.shape[-2:]
    k = dim_min(m, n)
    return Inferred((a.with_shape((*batch, m, k)), a.with_shape((*batch, k, n))))


def _columns(b: Any, x: Any, start: Dim, stop: Dim) -> Any:
    lead = x.rank - 1
    return b.strided(x, (0,) * lead + (start,), (None,) * lead + (stop,), (1,) * x.rank)


def _square_qr_vjp(b: Any, gq: Any, gr: Any, q: Any, r: Any) -> Any:
    """(gq + q copyltu(r gr.T - gq.T q)) / r.T; copyltu(M) is the symmetric matrix with the lower triangle of M."""
    terms = []
    if gr is not None:
        terms.append(r @ transposed(b, gr))
    if gq is not None:
        terms.append(-(transposed(b, gq) @ q))
    inner = _total(terms)
    z = q @ (b.tril(inner, 0) + transposed(b, b.tril(inner, -1)))
    z = z if gq is None else gq + z
    return transposed(b, b.triangular_solve(r, transposed(b, z), False))


def _qr_vjp(b: Any, g: Any, y: Any, a: Any) -> Any:
    """A wide matrix [X, Y] has r = [U, V] with X = q U and V = q.T Y: gY = q gV, and gV Y.T adds to gq.T."""
    (gq, gr), (q, r) = g, y
    n, k = a.shape[-1], r.shape[-2]
    if n == k:
        return _square_qr_vjp(b, gq, gr, q, r)
    u = _columns(b, r, 0, k)
    if gr is None:
        gx = _square_qr_vjp(b, gq, None, q, u)
        return b.concat((gx, _columns(b, a, k, n) * 0), -1)
    gv = _columns(b, gr, k, n)
    extra = _columns(b, a, k, n) @ transposed(b, gv)
    gx = _square_qr_vjp(b, extra if gq is None else gq + extra, _columns(b, gr, 0, k), q, u)
    return b.concat((gx, q @ gv), -1)


qr = MatrixOp(
    name="qr",
    params=(MATRIX,),
    doc="""The reduced QR decomposition: `a` is `q @ r`, q has orthonormal columns and r is upper triangular.

    For a matrix of m rows and n columns and k = min(m, n), q is [m, k] and r [k, n].  The diagonal of r may have any
    signs.  The derivative needs the first k columns to be independent.  A matrix with NaN or infinities gives NaN.""",
    evaluate=lambda a: on_finite(lambda m: tuple(np.linalg.qr(m)), a),
    vjp=_qr_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_qr_type,
)

RECORDS = (cholesky, eigh, svd, qr)
