"""Special functions against mpmath, and their derivatives where the plain formulas fail."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from accuracy import worst
from evaluation import apply, check_vjp, gradient

from graphc.ir.builder import Builder
from graphc.ir.op import TypeRuleError
from graphc.ir.types import F64
from graphc.ops import CATALOGUE, special

F32_ULPS, F64_ULPS = 4, 8
LIMITS = [(np.float32, F32_ULPS), (np.float64, F64_ULPS)]
SPREAD = np.concatenate([np.linspace(-30, 30, 241), np.geomspace(1e-30, 700, 60), -np.geomspace(1e-30, 700, 60)])


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def log_sum(x: Any, y: Any) -> Any:
    return max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y)))


@pytest.mark.parametrize(("dtype", "limit"), LIMITS)
class TestAccuracy:
    def test_sigmoid(self, dtype: Any, limit: int) -> None:
        assert worst(special.sigmoid.evaluate, sigmoid, SPREAD, dtype) <= limit

    def test_sigmoid_below_the_normal_numbers(self, dtype: Any, limit: int) -> None:
        tail = [-88.0, -95.5, -100.0, -103.5] if dtype is np.float32 else [-709.0, -730.0, -740.0, -745.0]
        assert worst(special.sigmoid.evaluate, sigmoid, tail, dtype) <= limit
        assert (special.sigmoid.evaluate(np.array(tail, dtype)) > 0).all()

    def test_sigmoid_derivative(self, dtype: Any, limit: int) -> None:
        expected = lambda x: sigmoid(x) * sigmoid(-x)  # noqa: E731
        points = SPREAD[abs(SPREAD) < 85]
        assert worst(lambda x: gradient(special.sigmoid, x)[0], expected, points, dtype) <= 2 * limit

    def test_softplus(self, dtype: Any, limit: int) -> None:
        assert worst(special.softplus.evaluate, lambda x: log_sum(x, mpmath.mpf(0)), SPREAD, dtype) <= limit

    def test_softplus_derivative(self, dtype: Any, limit: int) -> None:
        assert worst(lambda x: gradient(special.softplus, x)[0], sigmoid, SPREAD, dtype) <= limit

    def test_logaddexp(self, dtype: Any, limit: int) -> None:
        points = [(x, y) for x in (0.5, 3.0, 87.0, 1e3, 1e30) for y in (0.25, 2.0, 3.0, 100.0, -50.0, -1e30)]
        assert worst(special.logaddexp.evaluate, log_sum, points, dtype) <= limit

    def test_error_functions(self, dtype: Any, limit: int) -> None:
        points = np.linspace(-2.5, 2.5, 101)
        assert worst(special.erf.evaluate, mpmath.erf, points, dtype) <= limit
        assert worst(special.erfc.evaluate, mpmath.erfc, points, dtype) <= limit
        assert worst(special.erfinv.evaluate, mpmath.erfinv, np.linspace(-0.99, 0.99, 67), dtype) <= limit

    @pytest.mark.parametrize("n", [0, 1, 2, 3, 6])
    def test_polygamma(self, dtype: Any, limit: int, n: int) -> None:
        points = [0.125, 0.5, 2.5, 3.0, 17.0, 100.0]
        found = worst(lambda x: special.polygamma.evaluate(x, n), lambda x: mpmath.psi(n, x), points, dtype)
        assert found <= 4 * limit

    @pytest.mark.parametrize("n", [1, 2, 3, 6])
    def test_polygamma_of_negative_numbers(self, dtype: Any, limit: int, n: int) -> None:
        points = [-0.125, -0.625, -1.75, -17.375, -1000.25]
        found = worst(lambda x: special.polygamma.evaluate(x, n), lambda x: mpmath.psi(n, x), points, dtype)
        assert found <= 8 * limit


def test_sigmoid_at_the_ends() -> None:
    x = np.array([-np.inf, np.inf, np.nan, 0.0])
    np.testing.assert_array_equal(special.sigmoid.evaluate(x), [0.0, 1.0, np.nan, 0.5])
    np.testing.assert_array_equal(gradient(special.sigmoid, x)[0], [0.0, 0.0, np.nan, 0.25])


def test_softplus_at_the_ends() -> None:
    x = np.array([-np.inf, np.inf, np.nan, 1e300])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(special.softplus.evaluate(x), [0.0, np.inf, np.nan, 1e300])
    np.testing.assert_array_equal(gradient(special.softplus, x)[0], [0.0, 1.0, np.nan, 1.0])


def test_logaddexp_shares_equal_infinities() -> None:
    x = np.array([np.inf, -np.inf, np.inf, -np.inf, 2.0, np.inf])
    y = np.array([np.inf, -np.inf, -np.inf, np.inf, 2.0, 1.0])
    np.testing.assert_array_equal(apply(special.logaddexp, x, y)[:2], [np.inf, -np.inf])
    to_x, to_y = gradient(special.logaddexp, x, y)
    np.testing.assert_array_equal(to_x, [0.5, 0.5, 1.0, 0.0, 0.5, 1.0])
    np.testing.assert_array_equal(to_y, [0.5, 0.5, 0.0, 1.0, 0.5, 0.0])


def test_logaddexp_of_equal_numbers_has_a_second_derivative() -> None:
    check_vjp(special.logaddexp, [np.array([0.3, -2.0]), np.array([0.3, -2.0])], order=3)


def test_lgamma_and_digamma_against_mpmath() -> None:
    x = np.array([0.25, 1.5, 3.0, 30.5, -0.5, -2.25])
    found = special.lgamma.evaluate(x)
    np.testing.assert_allclose(found, [float(mpmath.log(abs(mpmath.gamma(v)))) for v in x], rtol=1e-14)
    np.testing.assert_allclose(special.digamma.evaluate(x), [float(mpmath.digamma(v)) for v in x], rtol=1e-13)
    np.testing.assert_allclose(gradient(special.lgamma, x)[0], special.digamma.evaluate(x))


def test_poles() -> None:
    x = np.array([-1.0, -2.0, 0.0])
    assert (special.lgamma.evaluate(x) == np.inf).all()
    with np.errstate(all="ignore"):
        assert (special.polygamma.evaluate(x, 1) == np.inf).all()
        assert np.isnan(special.polygamma.evaluate(x[:2], 2)).all()


def test_polygamma_far_below_zero_takes_no_time() -> None:
    x = np.array([-1e9 - 0.5, -1e15 - 0.5])
    np.testing.assert_allclose(special.polygamma.evaluate(x, 1), np.pi**2, rtol=1e-8)


@pytest.mark.parametrize("n", [-1, 171])
def test_polygamma_refuses_an_order(n: int) -> None:
    b = Builder(CATALOGUE)
    with pytest.raises(TypeRuleError) as error:
        b.polygamma(n, b.term(b.number(1.0, F64)))
    assert error.value.code == "E0309"
    assert str(n) in error.value.message


def test_polygamma_takes_the_order_first() -> None:
    b = Builder(CATALOGUE)
    assert b.polygamma(2, b.term(b.number(1.0, F64))).value.node.attrs == (2,)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_polygamma_derivative(n: int) -> None:
    check_vjp(special.polygamma, [np.array([0.7, 2.0, 5.5, -0.4])], [n], tolerance=1e-5)


@pytest.mark.parametrize("name", ["erf", "erfc", "erfinv", "lgamma", "digamma", "sigmoid", "softplus", "logaddexp"])
def test_derivatives(name: str) -> None:
    op: Any = CATALOGUE[name]
    operands = [np.random.default_rng(3).uniform(*interval, (4,)) for interval in op.domain.intervals]
    check_vjp(op, operands, order=3, tolerance=1e-5)


@pytest.mark.parametrize("op", special.RECORDS, ids=lambda op: op.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_dtype_and_shape(op: Any, dtype: Any) -> None:
    attrs = [2] if op.name == "polygamma" else []
    strided = np.full((3, 8), 0.5, dtype).T[::2]
    for array in (strided, np.zeros((0, 3), dtype), np.asarray(0.5, dtype)):
        before = array.copy()
        assert apply(op, *[array] * len(op.operands), attrs=attrs).dtype == dtype
        np.testing.assert_array_equal(array, before)
