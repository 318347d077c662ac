"""Diagonals and triangles of matrices, batched over the leading axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir.dims import Dim, dim_max, dim_min
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Inferred,
    Masked,
    Note,
    Operand,
    TypeRuleError,
    View,
    within_limit,
)
from graphc.ir.types import ANY, BOOL, Array, TensorType

X = Operand("x", ANY)
K = Attribute("k", "int", 0)


def _matrix(x: TensorType) -> None:
    if x.rank < 2:
        raise TypeRuleError("E0311", f"a matrix is needed, and this is {x}", (Note(0, f"{x}"),))


# ---------------------------------------------------------------- triangles


def _triangle_rule(x: TensorType, k: int) -> Inferred:
    _matrix(x)
    return Inferred((x,), (k,))


def _triangle(name: str, numpy: Callable[..., Any], side: str) -> View:
    def vjp(b: Any, g: Any, y: Any, x: Any, k: int) -> Any:
        return Masked(b.apply(name, g, k), lambda: b.apply(name, b.ones(x.shape, BOOL), k), clean=True)

    return View(
        name=name,
        params=(X, K),
        doc=f"""Matrices with zeros {side} the `k`-th diagonal.

        Diagonal 0 is the main one, positive ones are above it.  Leading axes are batches.""",
        evaluate=numpy,
        vjp=vjp,
        mask="moves",
        subgradient=None,
        spelling=CALL,
        rule=_triangle_rule,
    )


tril = _triangle("tril", np.tril, "above")
triu = _triangle("triu", np.triu, "below")

# ---------------------------------------------------------------- diagonals


def _length(n: Dim, m: Dim, k: int) -> Dim:
    size = dim_min(n, m - k) if k >= 0 else dim_min(n + k, m)
    return size if k == 0 else dim_max(0, size)


def _diagonal_rule(x: TensorType, k: int) -> Inferred:
    _matrix(x)
    *batch, n, m = x.shape
    return Inferred((x.with_shape((*batch, _length(n, m, k))),), (k,))


def _diagonal_vjp(b: Any, g: Any, y: Any, x: Any, k: int) -> Any:
    n, m = x.shape[-2:]
    return Masked(b.diagonal_matrix(g, n, m, k), lambda: b.diagonal_matrix(b.ones(g.shape, BOOL), n, m, k), clean=True)


diagonal = View(
    name="diagonal",
    params=(X, K),
    doc="The `k`-th diagonal of matrices, along the last axis.  Positive ones are above the main one.",
    evaluate=lambda x, k: np.diagonal(x, k, -2, -1),
    vjp=_diagonal_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_diagonal_rule,
)


def _diagonal_matrix_rule(x: TensorType, n: Dim, m: Dim, k: int) -> Inferred:
    if x.rank == 0:
        raise TypeRuleError("E0311", "a scalar is no diagonal", (Note(0, f"{x}"),))
    if x.shape[-1] != _length(n, m, k):
        note = Note(0, f"size {x.shape[-1]}", x.rank - 1)
        raise TypeRuleError("E0310", f"diagonal {k} of a {n} by {m} matrix has {_length(n, m, k)} elements", (note,))
    return Inferred((within_limit(x.with_shape((*x.shape[:-1], n, m))),), (n, m, k))


def _diagonal_matrix(x: Array, n: int, m: int, k: int) -> Any:
    result = np.zeros((*x.shape[:-1], n, m), x.dtype)
    rows = np.arange(x.shape[-1]) + max(-k, 0)
    result[..., rows, rows + k] = x
    return result


diagonal_matrix = View(
    name="diagonal_matrix",
    params=(X, Attribute("n", "dim", REQUIRED), Attribute("m", "dim", REQUIRED), K),
    doc="n by m matrices with the last axis of x on their `k`-th diagonal, and zeros elsewhere.",
    evaluate=_diagonal_matrix,
    vjp=lambda b, g, y, x, n, m, k: b.diagonal(g, k),
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_diagonal_matrix_rule,
)


def _diag_rule(x: TensorType, k: int) -> Inferred:
    if x.rank == 2:
        return _diagonal_rule(x, k)
    if x.rank != 1:
        raise TypeRuleError("E0311", f"diag takes a vector or a matrix, not {x}", (Note(0, f"{x}"),), "diagonal({0})")
    size = x.shape[0] + abs(k)
    return Inferred((within_limit(x.with_shape((size, size))),), (k,))


def _diag_vjp(b: Any, g: Any, y: Any, x: Any, k: int) -> Any:
    return b.diagonal(g, k) if x.rank == 1 else _diagonal_vjp(b, g, y, x, k)


diag = View(
    name="diag",
    params=(X, K),
    doc="A square matrix with a vector on its `k`-th diagonal, or the `k`-th diagonal of a matrix.",
    evaluate=np.diag,
    vjp=_diag_vjp,
    mask="moves",
    subgradient=None,
    spelling=CALL,
    rule=_diag_rule,
)

RECORDS = (tril, triu, diagonal, diagonal_matrix, diag)
