"""The derivatives of the determinant, which is a polynomial: none divides by it.

    D**m det(a)[h1, …, hm] = sum over distinct rows i1, …, im and permutations p of them
                             sign(p) h1[i1, p(i1)] … hm[im, p(im)] * prod(s[j] for the other rows j)

at a diagonal matrix a = diag(s); at any other, by its singular values: det(u diag(s) vt) is det(u) det(vt) prod(s).
"""

from __future__ import annotations

from itertools import permutations
from math import factorial
from string import ascii_letters
from typing import Any

import numpy as np

from graphc.ir.op import CALL, Inferred, MatrixOp, Note, Operand, TypeRuleError
from graphc.ir.types import FLOATS, Array, TensorType
from graphc.ops.matrix import check_square, on_finite

WRITTEN_OUT = 3  # the size up to which a derivative is a sum over all permutations


def _cofactor_type(a: TensorType) -> Inferred:
    check_square(a, "cofactor")
    return Inferred((a,))


def _cofactor(a: Any) -> Array:
    """det(a) inv(a).T, where that is in the range of normal numbers."""
    if a.shape[-1] <= WRITTEN_OUT:
        return np.asarray(on_finite(lambda m: _contracted(m, ()), a))
    determinant = np.asarray(np.linalg.det(a))
    regular = np.isfinite(determinant) & (np.abs(determinant) >= np.finfo(a.dtype).tiny)
    result = np.empty(a.shape, a.dtype)
    result[regular] = determinant[regular][..., None, None] * np.linalg.inv(a[regular]).swapaxes(-1, -2)
    if not regular.all():
        result[~regular] = on_finite(lambda m: _contracted(m, ()), a[~regular])
    return result


def _derivative(matrices: tuple[Any, ...]) -> Array:
    a, *directions = matrices
    shape = np.broadcast_shapes(*[m.shape for m in matrices])
    return np.asarray(on_finite(lambda m: _contracted(m, tuple(directions)), np.broadcast_to(a, shape)))


def _contracted(a: Any, directions: tuple[Any, ...]) -> Array:
    """The matrix c with D**(k+1) det(a)[h1, …, hk, e] = <c, e> for all e.

    A small one is written out, exact for integers: of size n, D**(k+1) det(a)[h1, …, hk, e] is the n-th derivative
    along (h1, …, hk, e, a, …, a), which is the same everywhere, over (n - k - 1)!.
    """
    n, k = a.shape[-1], len(directions)
    if k + 1 > n:
        return np.zeros_like(a)
    if n <= WRITTEN_OUT:
        rest = n - k - 1
        whole = _at_diagonal(np.ones_like(a[..., 0]), [*directions, *[a] * rest])
        return np.asarray(whole / a.dtype.type(factorial(rest)))
    u, s, vt = np.linalg.svd(a)
    ut, v = u.swapaxes(-1, -2), vt.swapaxes(-1, -2)
    turned = [ut @ h @ v for h in directions]
    inner = _at_diagonal(s, turned)
    sign = np.sign(np.linalg.det(u) * np.linalg.det(vt))
    return np.asarray((sign[..., None, None] * u) @ inner @ vt)


def _at_diagonal(s: Any, directions: list[Any]) -> Any:
    m, n = len(directions) + 1, s.shape[-1]
    others = _products_of_the_others(s, m)
    rows = ascii_letters[:m]
    result = np.zeros((*s.shape, n), s.dtype)
    diagonal = np.einsum("...ii->...i", result)
    for p in permutations(range(m)):
        sign = np.linalg.det(np.eye(m)[list(p)]).round()
        terms = [f"...{rows[i]}{rows[p[i]]}" for i in range(m - 1)]
        place = rows[m - 1] + rows[p[m - 1]] if p[m - 1] != m - 1 else rows[m - 1]
        part = np.einsum(f"{','.join([*terms, f'...{rows}'])}->...{place}", *directions, others)
        target = result if len(place) == 2 else diagonal
        target += s.dtype.type(sign) * part
    return result


def _products_of_the_others(s: Any, m: int) -> Any:
    """For each choice of m distinct rows the product of the other singular values; 0 for rows that aren't distinct."""
    n = s.shape[-1]
    chosen = np.indices((n,) * m)
    hit = (chosen[..., None] == np.arange(n)).any(axis=0)
    distinct = hit.sum(axis=-1) == m
    wide = s.reshape(*s.shape[:-1], *(1,) * m, n)
    return np.where(distinct, np.where(hit, s.dtype.type(1), wide).prod(axis=-1), s.dtype.type(0))


cofactor = MatrixOp(
    name="cofactor",
    params=(Operand("a", FLOATS),),
    doc="""The matrix of cofactors: the derivative of `det`, `det(a) * inv(a).T` where there is an inverse.

    A polynomial, too, as are its derivatives.  A matrix with NaN or infinities gives NaN.  A primitive for accuracy at
    singular matrices.""",
    evaluate=_cofactor,
    vjp=lambda b, g, y, a: b.det_derivative((a, g)),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_cofactor_type,
)


def _derivative_type(matrices: tuple[TensorType, ...]) -> Inferred:
    first = matrices[0]
    check_square(first, "det_derivative")
    for i, other in enumerate(matrices):
        if other.shape != first.shape:
            notes = (Note(i, f"this is {other}"),)
            raise TypeRuleError("E0301", f"the matrices of det_derivative have one shape, here {first}", notes)
    return Inferred((first,))


def _derivative_vjp(b: Any, g: Any, y: Any, matrices: tuple[Any, ...]) -> Any:
    """Symmetric in the directions, of which `g` is one more: <g, y> is D**(k+1) det(a)[h1, …, hk, g]."""
    a, *directions = matrices
    rest = [(a, *directions[:i], *directions[i + 1 :], g) for i in range(len(directions))]
    return tuple(b.det_derivative(r) for r in ((a, *directions, g), *rest))


det_derivative = MatrixOp(
    name="det_derivative",
    params=(Operand("matrices", FLOATS, variadic=True),),
    doc="""The derivative by a of the derivatives of `det` along directions: `det_derivative([a, h1, h2])`.

    Of [a] alone it is `cofactor(a)`, of [a, h] the derivative of that along h, and so on.  By singular values, without
    a division, so that it is right for singular matrices.  Its cost grows with n to the number of matrices.""",
    evaluate=_derivative,
    vjp=_derivative_vjp,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_derivative_type,
)

RECORDS = (cofactor, det_derivative)
