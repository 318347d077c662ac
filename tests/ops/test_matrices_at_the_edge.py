"""Linear algebra at the edges: NaN and infinities, the ends of the range, determinants of singular matrices."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from evaluation import apply

import graphc
from graphc.ir.op import TypeRuleError
from graphc.ir.types import F64, TensorType
from graphc.ops.cofactors import cofactor, det_derivative
from graphc.ops.linear_algebra import pinv, solve, triangular_solve

RNG = np.random.default_rng(5)
SPECIAL = [np.nan, np.inf, -np.inf]

# ---------------------------------------------------------------- NaN and infinities


CALLS = ["solve(a, b)", "solve(a, ones([2]))", "inv(a)", "det(a)", "slogdet(a)[0]", "slogdet(a)[1]", "pinv(a)"]
CALLS += ["lstsq(a, b)", "cofactor(a)", "det_derivative([a, a])", "eigh(symmetric)[0]", "svd(a)[1]", "qr(a)[1]"]


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("call", CALLS)
def test_a_matrix_that_is_not_finite_has_no_results(call: str, place: tuple[int, int], special: float) -> None:
    """And the other matrices of the batch have theirs, as without it."""
    a = RNG.normal(size=(3, 2, 2)) + 3 * np.eye(2)
    bad = a.copy()
    bad[(1, *place)] = special
    text = f"input a: f64[3, 2, 2]; input b: f64[3, 2, 2]\nsymmetric = a + transpose(a, [0, 2, 1])\noutput y = {call}"
    run = graphc.loads(text).compile()
    b = RNG.normal(size=(3, 2, 2))
    good, found = run(a=a, b=b)["y"], run(a=bad, b=b)["y"]
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[[0, 2]], good[[0, 2]], rtol=1e-14)


@pytest.mark.parametrize("special", SPECIAL)
def test_one_matrix_for_many_right_sides(special: float) -> None:
    a, b = np.eye(2), np.ones((3, 2, 1))
    a[0, 1] = special
    assert np.isnan(apply(solve, a, b)).all()
    assert np.isnan(apply(triangular_solve, a, b, attrs=(False, False, False))).all()
    assert np.isfinite(apply(triangular_solve, a, b, attrs=(True, False, False))).all()  # it isn't read
    a = np.diag([special, 1.0])
    assert np.isnan(apply(triangular_solve, a, b, attrs=(True, False, False))).all()
    assert np.isfinite(apply(triangular_solve, a, b, attrs=(True, False, True))).all()


# ---------------------------------------------------------------- the ends of the range

K = np.round(RNG.normal(size=(3, 3)), 2)
A = RNG.normal(size=(3, 3)) + np.diag([1.0, 3.0, 6.0])
S = A @ A.T

# a function of a matrix of scale c, the matrix, and the power of c in its gradient
SCALED = {
    "sum(svd(a)[0] * k)": (A, -1),
    "sum(svd(a)[1] * [1.0, 2.0, -1.0])": (A, 0),
    "sum(svd(a)[2] * k)": (A, -1),
    "sum(svd(a[:, :2])[0] * k[:, :2])": (A, -1),
    "sum(svd(a[:2])[2] * k[:2])": (A, -1),
    "sum(pinv(a) * (c * k))": (A, -1),
    "sum(pinv(a[:, :2]) * (c * k[:2]))": (A, -1),
    "sum(lstsq(a[:, :2], k)) * c": (A, -1),
    "sum(inv(a) * (c * k))": (A, -1),
    "sum(solve(a, c * k))": (A, -1),
    "slogdet(a)[1]": (A, -1),
    "det(a / c)": (A, -1),
    "sum(qr(a)[0] * k)": (A, -1),
    "sum(eigh(a)[1] * k)": (S, -1),
    "sum(eigh(a)[0] * [1.0, 3.0, -1.0])": (S, 0),
    "sum(cholesky(a) * k)": (S, -0.5),
}


@pytest.mark.parametrize("y", SCALED)
def test_gradients_of_small_and_large_matrices(y: str) -> None:
    """Homogeneous: at scale c the gradient is a power of c times that at scale 1."""
    base, power = SCALED[y]

    def derivatives(dtype: str, c: float) -> list[Any]:
        text = f"""input a: {dtype}[3, 3]; input k: {dtype}[3, 3]; input c: {dtype}
        y = {y}
        output g = grad(y, a)
        output h = hvp(y, a, k * c)"""
        found = graphc.loads(text).compile()(a=base * c, k=K, c=c)
        return [found[n].astype(np.float64) / c**power for n in "gh"]

    for i, expected in enumerate(derivatives("f64", 1.0)):
        for dtype, c in itertools.chain(
            (("f64", c) for c in (1e-12, 1e12, 1e-100, 1e100)), (("f32", c) for c in (1e-30, 1e-15, 1e15, 1e30))
        ):
            error = 1e-3 if dtype == "f32" else 1e-11
            scale = max(np.abs(expected).max(), 1e-3)
            np.testing.assert_allclose(derivatives(dtype, c)[i], expected, rtol=0, atol=error * scale, err_msg=dtype)


@pytest.mark.parametrize("rtol", [1.0, -1e-9, np.nan])
def test_bounds_of_rtol(rtol: float) -> None:
    with pytest.raises(TypeRuleError, match="must be at least 0 and less than 1, not"):
        pinv.infer((TensorType(F64, (2, 2)),), (rtol,))
    assert pinv.infer((TensorType(F64, (2, 2)),), (0,)).attrs == (0,)


# ---------------------------------------------------------------- determinants


def minor(a: Any, rows: Any, columns: Any) -> float:
    return float(np.linalg.det(np.delete(np.delete(a, rows, 0), columns, 1)))


def gradient_of_det(a: Any) -> Any:
    n = len(a)
    return np.array([[(-1) ** (i + j) * minor(a, [i], [j]) for j in range(n)] for i in range(n)]).reshape(n, n)


def hessian_of_det(a: Any) -> Any:
    """By minors of minors (Laplace)."""
    n = len(a)
    h = np.zeros((n,) * 4)
    for i, j, k, m in itertools.product(range(n), repeat=4):
        if i != k and j != m:
            sign = (-1) ** (i + j + (k - (k > i)) + (m - (m > j)))
            h[i, j, k, m] = sign * minor(a, [i, k], [j, m])
    return h


DETERMINANT = """input a: f64[n, n]
d = det(a)
output g = grad(d, a)
output h = hessian(d, a)
output back = jacobian(grad(d, a), a)
output forward = jvp(jvp(d, a, a * 0 + 1), a, a)
"""


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5])
def test_derivatives_of_singular_determinants(n: int) -> None:
    run = graphc.loads(DETERMINANT).compile()
    left, right = (np.linalg.qr(RNG.normal(size=(n, n)))[0] for _ in range(2))
    for rank in range(n + 1):
        a = left @ np.diag([*np.arange(1.0, 1 + rank), *np.zeros(n - rank)]) @ right
        found, h = run(a=a), hessian_of_det(a)
        np.testing.assert_allclose(found["g"], gradient_of_det(a), atol=1e-12)
        for name in ("h", "back"):
            np.testing.assert_allclose(found[name], h, atol=1e-12)
        np.testing.assert_allclose(found["forward"], np.einsum("ijkl,kl->", h, a), atol=1e-11)


def test_small_determinants_have_exact_derivatives() -> None:
    text = "input a: f64[n, n]\noutput g = grad(det(a), a)\noutput h = hessian(det(a), a)"
    run = graphc.loads(text).compile()
    found = run(a=[[1, 2], [2, 4]])
    assert found["g"].tolist() == [[4, -2], [-2, 1]]
    assert found["h"].tolist() == [[[[0, 0], [0, 1]], [[0, 0], [-1, 0]]], [[[0, -1], [0, 0]], [[1, 0], [0, 0]]]]
    assert run(a=[[1, 2, 3], [4, 5, 6], [7, 8, 9]])["g"].tolist() == [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]


def test_third_derivatives_of_a_determinant() -> None:
    """Of size 3 they are signs, the same everywhere; of size 4 at 0 there is no third derivative."""
    text = "input a: f64[n, n]\noutput t = jacobian(hessian(det(a), a), a)"
    run = graphc.loads(text).compile()
    for a in (np.zeros((3, 3)), np.diag([1.0, 0, 0]), RNG.normal(size=(3, 3))):
        t = run(a=a)["t"]
        assert t[0, 0, 1, 1, 2, 2] == 1
        assert t[0, 1, 1, 0, 2, 2] == -1
        assert t[0, 0, 0, 1, 2, 2] == 0
    assert not run(a=np.zeros((4, 4)))["t"].any()


def test_det_derivative_of_batches_and_its_type() -> None:
    a, h = RNG.normal(size=(2, 4, 4)), RNG.normal(size=(2, 4, 4))
    found = apply(det_derivative, a, h)
    for i in range(2):
        np.testing.assert_allclose(found[i], np.einsum("ijkl,ij->kl", hessian_of_det(a[i]), h[i]), rtol=1e-11)
    np.testing.assert_allclose(apply(det_derivative, a), apply(cofactor, a), rtol=1e-11)
    with pytest.raises(TypeRuleError, match="have one shape"):
        det_derivative.infer((TensorType(F64, (2, 2)), TensorType(F64, (3, 3))), ())
