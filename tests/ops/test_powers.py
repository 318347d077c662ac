"""Powers: exactness, edges at 0, and derivatives at whole numbers and zero to every order."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from accuracy import worst
from evaluation import apply, check_vjp, evaluate, gradient, parameter, reverse

from graphc.ir.builder import Builder
from graphc.ir.op import EvaluationError, TypeRuleError
from graphc.ir.types import F32, F64, I32
from graphc.ops import CATALOGUE
from graphc.ops.powers import integer_pow, pow_


@pytest.mark.parametrize("k", [-7, -3, -2, -1, 0, 1, 2, 3, 4, 5, 8, 31])
@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 2), (np.float64, 2)])
def test_integer_power_of_floats(k: int, dtype: Any, limit: float) -> None:
    points = [0.1, -0.3, 1.7, -13.7, 1e-9, 3e8, -1.0]
    assert worst(lambda x: integer_pow.evaluate(x, k), lambda x: x**k, points, dtype) <= limit


@pytest.mark.parametrize("k", [2**24 + 1, -(2**24) - 1])
def test_large_odd_exponents_keep_the_sign(k: int) -> None:
    np.testing.assert_array_equal(integer_pow.evaluate(np.array([-1, 1], np.float32), k), np.array([-1, 1], np.float32))


@pytest.mark.parametrize("k", [0, 1, 2, 3, 5, 9, 64, 300])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
def test_integer_power_of_integers_wraps(k: int, dtype: Any) -> None:
    x = np.array([0, 1, 2, 3, 7, 100], dtype)
    bits = np.dtype(dtype).itemsize * 8
    expected = np.array([pow(int(v), k, 2**bits) for v in x], object)
    unsigned = apply(integer_pow, x, attrs=[k]).view(f"u{bits // 8}")
    assert unsigned.tolist() == expected.tolist()


def test_zeroth_power() -> None:
    x = np.array([0.0, np.nan, np.inf, 3.0])
    np.testing.assert_array_equal(apply(integer_pow, x, attrs=[0]), 1)
    np.testing.assert_array_equal(apply(pow_, x, np.zeros(4)), 1)


def test_negative_power_of_integers() -> None:
    b = Builder(CATALOGUE)
    with pytest.raises(TypeRuleError) as refused:
        b.integer_pow(b.term(b.number(2, I32)), -1)
    assert refused.value.code == "E0309"
    for dtype in (np.int32, np.int64):
        with pytest.raises(EvaluationError) as error:
            apply(pow_, np.array([2, 3], dtype), np.array([1, -1], dtype))
        assert error.value.code == "E0608"
    assert apply(pow_, np.zeros((0,), np.int32), np.array(-1, np.int32)).shape == (0,)


def test_exponents_that_no_float_holds() -> None:
    b = Builder(CATALOGUE)
    with pytest.raises(TypeRuleError, match="exponent"):
        b.integer_pow(b.term(b.number(2.0, F32)), 2**53 + 1)


@pytest.mark.parametrize("k", [-3, -1, 0, 1, 2, 3, 4, 7])
def test_integer_power_derivatives(k: int) -> None:
    check_vjp(integer_pow, [np.array([0.4, -1.5, 2.0])], [k], order=3, tolerance=1e-5)


@pytest.mark.parametrize("k", range(6))
def test_integer_power_derivatives_at_zero(k: int) -> None:
    """The n-th derivative of x**k at 0 is k! for n = k, else 0; without a logarithm it is exact."""
    b = Builder(CATALOGUE, default_float=F64)
    x = parameter(b, np.array(0.0))
    y: Any = b.integer_pow(x, k)
    for n in range(1, k + 3):
        one = b.term(b.number(1.0, F64))
        (y,) = reverse(b, {y.value: one}, [x.value])
        if y is None:
            assert n > k
            return
        found = evaluate(b.nodes, {x.value: np.array(0.0)})[y.value]
        assert found == (mpmath.factorial(k) if n == k else 0)
    assert "log" not in {node.op.name for node in b.nodes}


def test_power_derivatives() -> None:
    check_vjp(pow_, [np.array([0.5, 2.0, 3.0]), np.array([-1.5, 2.0, 0.3])], order=3, tolerance=1e-5)


def test_power_derivatives_at_a_zero_exponent() -> None:
    """d2/dxdy x**y = x**(y-1) * (1 + y * log(x)) is 1/x at y = 0: a mask over all of y = 0 would lose it."""
    check_vjp(pow_, [np.array([0.5, 2.0]), np.array([0.0, 0.0])], order=3, tolerance=1e-5)


def test_power_derivatives_at_zero() -> None:
    x = np.zeros(6)
    y = np.array([0.0, 0.5, 1.0, 2.0, 3.0, -1.0])
    to_x, to_y = gradient(pow_, x, y)
    np.testing.assert_array_equal(to_x, [0.0, np.inf, 1.0, 0.0, 0.0, -np.inf])
    np.testing.assert_array_equal(to_y, [0.0, 0.0, 0.0, 0.0, 0.0, -np.inf])


@pytest.mark.parametrize("y", [0.0, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("constant", [False, True])
def test_whole_exponents_at_a_zero_base(y: float, constant: bool) -> None:
    b = Builder(CATALOGUE, default_float=F64)
    x = parameter(b, np.array(0.0))
    exponent = b.term(b.number(y, F64)) if constant else parameter(b, np.array(y))
    z: Any = b.pow(x, exponent)
    for n in range(1, 5):
        one = b.term(b.number(1.0, F64))
        (z,) = reverse(b, {z.value: one}, [x.value])
        found = evaluate(b.nodes, {x.value: np.array(0.0), exponent.value: np.array(y)})[z.value]
        assert found == (mpmath.factorial(n) if n == y else 0)


def test_negative_base() -> None:
    x, y = np.array([-2.0, -2.0]), np.array([3.0, 0.5])
    np.testing.assert_array_equal(apply(pow_, x, y), [-8.0, np.nan])
    to_x, to_y = gradient(pow_, x, y)
    np.testing.assert_array_equal(to_x, [12.0, np.nan])
    assert np.isnan(to_y).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint8])
def test_keeps_dtype_and_shape(dtype: Any) -> None:
    for array in (np.full((3, 8), 2, dtype).T[::2], np.zeros((0, 3), dtype), np.asarray(2, dtype)):
        for k in (0, 1, 2, 3, 4, 9):
            assert apply(integer_pow, array, attrs=[k]).dtype == dtype
        assert apply(pow_, array, array).dtype == dtype
