"""Transcendental functions against mpmath, and their derivatives where the plain formulas overflow or cancel."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from accuracy import worst
from evaluation import apply, check_vjp, gradient

from graphc.ops import CATALOGUE, transcendental

BOTH = pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 4), (np.float64, 8)])
REFERENCES: dict[str, Any] = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": mpmath.log10,
    "sqrt": mpmath.sqrt,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "semicircle": lambda x: mpmath.sqrt(1 - x * x),
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
}


def test_every_function_has_a_reference() -> None:
    assert [r.name for r in transcendental.RECORDS] == list(REFERENCES)


@BOTH
@pytest.mark.parametrize("name", REFERENCES)
def test_value(name: str, dtype: Any, limit: int) -> None:
    op: Any = CATALOGUE[name]
    rng = np.random.default_rng(1)
    points = np.stack([rng.uniform(*interval, 40) for interval in op.domain.intervals], axis=1)
    assert worst(lambda *x: apply(op, *x), REFERENCES[name], points, dtype) <= limit


@BOTH
def test_rsqrt_over_the_whole_range(dtype: Any, limit: int) -> None:
    points = np.geomspace(float(np.finfo(dtype).tiny), float(np.finfo(dtype).max) * 0.9, 50)
    assert worst(transcendental.rsqrt.evaluate, REFERENCES["rsqrt"], points, dtype) <= limit


def near(end: float) -> list[float]:
    return [end - np.sign(end) * 2.0**-k for k in (2, 7, 12, 20, 23)]


@BOTH
@pytest.mark.parametrize(
    ("name", "derivative", "points"),
    [
        ("expm1", mpmath.exp, [-80.0, -40.0, -1e-3, 20.0]),
        ("log1p", lambda x: 1 / (1 + x), [*near(-1.0), 1e-20, 1e30]),
        ("log2", lambda x: 1 / (x * mpmath.log(2)), [1e-30, 1.0, 1e30]),
        ("log10", lambda x: 1 / (x * mpmath.log(10)), [1e-30, 1.0, 1e30]),
        ("sqrt", lambda x: 1 / (2 * mpmath.sqrt(x)), [1e-37, 1.0, 3e38]),
        ("rsqrt", lambda x: -(x ** mpmath.mpf(-1.5)) / 2, [1e-20, 1.0, 1e20]),
        ("cbrt", lambda x: 1 / (3 * mpmath.cbrt(abs(x)) ** 2), [1e-37, -1.0, 3e38]),
        ("asin", lambda x: 1 / mpmath.sqrt(1 - x * x), [*near(1.0), *near(-1.0), 1e-20]),
        ("acos", lambda x: -1 / mpmath.sqrt(1 - x * x), [*near(1.0), *near(-1.0), 1e-20]),
        ("atanh", lambda x: 1 / (1 - x * x), [*near(1.0), *near(-1.0), 1e-20]),
        ("acosh", lambda x: 1 / mpmath.sqrt(x * x - 1), [*(1 + 2.0**-k for k in (2, 12, 23)), 10.0, 1e30]),
        ("asinh", lambda x: 1 / mpmath.sqrt(x * x + 1), [0.0, 1e-20, -1.0, 10.0, 1e30, -3e38]),
        ("atan", lambda x: 1 / (x * x + 1), [0.0, 1e-20, -1.0, 10.0, 1e15]),
        ("sinh", mpmath.cosh, [0.0, -5.0, 80.0]),
        ("cosh", mpmath.sinh, [1e-10, -5.0, 80.0]),
    ],
)
def test_derivative_at_extremes(name: str, derivative: Any, points: list[float], dtype: Any, limit: int) -> None:
    op = CATALOGUE[name]
    assert worst(lambda x: gradient(op, x)[0], derivative, points, dtype) <= 2 * limit


def test_tanh_derivative_has_no_cancellation_of_squares() -> None:
    """1 - y**2 is off by the rounding of y**2, and 0 where y is 1."""
    x = np.array([*np.linspace(0.5, 6, 23), 19.5, 300.0])
    expected = [float(1 / mpmath.cosh(v) ** 2) for v in x]
    np.testing.assert_allclose(gradient(transcendental.tanh, x)[0], expected, rtol=1e-15)
    np.testing.assert_array_equal(gradient(transcendental.tanh, np.array([-np.inf, np.inf, -1e4, 1e4]))[0], 0)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_two_numbers_of_any_size(scale: float) -> None:
    y, x = np.array([3.0, -3.0, 0.0]) * scale, np.array([4.0, -4.0, 2.0]) * scale
    np.testing.assert_allclose(apply(transcendental.hypot, x, y), np.array([5, 5, 2]) * scale)
    to_x, to_y = gradient(transcendental.hypot, x, y)
    np.testing.assert_allclose(to_x, [0.8, -0.8, 1])
    np.testing.assert_allclose(to_y, [0.6, -0.6, 0])
    to_y, to_x = gradient(transcendental.atan2, y, x)
    np.testing.assert_allclose(to_y, np.array([0.16, -0.16, 0.5]) / scale)
    np.testing.assert_allclose(to_x, np.array([-0.12, 0.12, 0.0]) / scale)


@pytest.mark.parametrize("op", [transcendental.hypot, transcendental.atan2], ids=lambda op: op.name)
def test_the_origin(op: Any) -> None:
    for found in gradient(op, np.array([0.0, -0.0]), np.array([0.0, 0.0])):
        np.testing.assert_array_equal(found, 0)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("sqrt", 0.0, np.inf),
        ("rsqrt", 0.0, -np.inf),
        ("cbrt", 0.0, np.inf),
        ("log", 0.0, np.inf),
        ("log1p", -1.0, np.inf),
        ("log2", 0.0, np.inf),
        ("log10", 0.0, np.inf),
        ("asin", 1.0, np.inf),
        ("asin", -1.0, np.inf),
        ("acos", 1.0, -np.inf),
        ("acosh", 1.0, np.inf),
        ("atanh", 1.0, np.inf),
        ("atan", np.inf, 0.0),
        ("asinh", -np.inf, 0.0),
        ("acosh", np.inf, 0.0),
        ("exp", -np.inf, 0.0),
        ("expm1", -np.inf, 0.0),
        ("sqrt", np.inf, 0.0),
        ("cbrt", -np.inf, 0.0),
    ],
)
def test_derivative_at_an_end(name: str, x: float, expected: float) -> None:
    assert gradient(CATALOGUE[name], np.array(x))[0] == expected


@pytest.mark.parametrize("op", transcendental.RECORDS, ids=lambda op: op.name)
def test_derivatives(op: Any) -> None:
    operands = [np.random.default_rng(3).uniform(*interval, (4,)) for interval in op.domain.intervals]
    check_vjp(op, operands, order=3, tolerance=1e-5)


@pytest.mark.parametrize("op", transcendental.RECORDS, ids=lambda op: op.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_dtype_and_shape(op: Any, dtype: Any) -> None:
    for array in (np.full((3, 8), 0.5, dtype).T[::2], np.zeros((0, 3), dtype), np.asarray(0.5, dtype), dtype(0.5)):
        assert apply(op, *[array] * len(op.operands)).dtype == dtype
