"""The softmax family: against SciPy in f64, and beside infinities."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from evaluation import apply, check_vjp
from scipy import special

import graphc
from graphc.ops.softmax import log_softmax, logsumexp, softmax

X = np.random.default_rng(3).uniform(-30, 30, (3, 4, 2))
inf = np.inf


def exact_log_softmax(x: Any, axis: Any) -> Any:
    """With 60 digits: SciPy's loses those of what is next to 0."""
    with mpmath.workdps(60):
        wide = np.frompyfunc(lambda v: mpmath.mpf(float(v)), 1, 1)(x)
        sums = np.frompyfunc(mpmath.exp, 1, 1)(wide).sum(axis=axis, keepdims=True)
        return (wide - np.frompyfunc(mpmath.log, 1, 1)(sums)).astype(np.float64)


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 2), None])
def test_values_and_derivatives(axis: Any) -> None:
    np.testing.assert_allclose(apply(softmax, X, attrs=(axis,)), special.softmax(X, axis=axis), rtol=1e-14)
    np.testing.assert_allclose(apply(log_softmax, X, attrs=(axis,)), exact_log_softmax(X, axis), rtol=1e-14)
    for op in (softmax, log_softmax):
        check_vjp(op, [X / 10], (axis,))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_and_infinite_elements(dtype: Any) -> None:
    """Rows: one infinity, two, none but -inf, large ones, NaN."""
    x = np.array([[inf, 0, -inf], [inf, 3, inf], [-inf, -inf, -inf], [1e38, -1e38, 1e38], [np.nan, 1, inf]], dtype)
    half, third = np.log(0.5), [1, 0, 0]
    np.testing.assert_array_equal(apply(softmax, x, attrs=(-1,))[:4], [third, [0.5, 0, 0.5], [0] * 3, [0.5, 0, 0.5]])
    logs = apply(log_softmax, x, attrs=(-1,))
    np.testing.assert_allclose(logs[[0, 1, 2]], [[0, -inf, -inf], [half, -inf, half], [-inf] * 3], rtol=1e-7)
    np.testing.assert_allclose(apply(logsumexp, x, attrs=(-1, False))[:3], [inf, inf, -inf])
    for op in (softmax, log_softmax):
        assert np.isnan(apply(op, x, attrs=(-1,))[4]).all()


def test_no_elements() -> None:
    text = "output a = softmax(zeros([0])); output b = log_softmax(zeros([3, 0]), axis=-1); output c = grad(sum(a), a)"
    found = graphc.loads(text).compile()()
    assert [found[n].shape for n in "abc"] == [(0,), (3, 0), (0,)]


def test_derivatives_beside_infinities() -> None:
    """An infinite element has all the weight and keeps it; of all, only the finite ones of a row move."""
    text = """input x: f64[4]
    output g = grad(logsumexp(x), x)
    output s = jacobian(softmax(x), x)
    output h = hessian(logsumexp(x), x)
    output l = grad(log_softmax(x)[0], x)"""
    run = graphc.loads(text).compile()
    found = run(x=[inf, 0, 1, -inf])
    assert found["g"].tolist() == [1, 0, 0, 0]
    assert not found["s"].any()
    assert not found["h"].any()
    found = run(x=[0, -inf, 1, 2])
    p = special.softmax([0, -inf, 1, 2])
    np.testing.assert_allclose(found["g"], p, rtol=1e-15)
    np.testing.assert_allclose(found["s"], np.diag(p) - np.outer(p, p), atol=1e-16)
    np.testing.assert_allclose(found["h"], np.diag(p) - np.outer(p, p), atol=1e-16)
    np.testing.assert_allclose(found["l"], [1, 0, 0, 0] - p, rtol=1e-15)


@pytest.mark.parametrize("rest", [[-1.0], [-20.0], [-40.0, -50.0], [-700.0], [0.0, -3.0], [-1e-12]])
def test_small_rests_keep_their_digits(rest: list[float]) -> None:
    """The logarithm of a probability next to 1 is as exact as any other, in f32 and f64."""
    for dtype in (np.float32, np.float64):
        x = np.array([0.0, *rest], dtype)
        with mpmath.workdps(400):
            exact = mpmath.log(sum(mpmath.exp(mpmath.mpf(float(v))) for v in x))
        eps = 4 * float(np.finfo(dtype).eps)
        assert apply(log_softmax, x, attrs=(0,))[0] == pytest.approx(float(-exact), rel=eps, abs=1e-45)
        assert apply(logsumexp, x, attrs=(0, False)) == pytest.approx(float(exact), rel=eps, abs=1e-45)
