"""The gamma family and the normal distribution beside their zeros and poles and in their tails, against mpmath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from accuracy import exact, ulps, worst
from running import compiled, outputs

from graphc.ops import special

LIMIT = 4  # ulp, in both dtypes
DTYPES = [np.float32, np.float64]


@pytest.fixture(autouse=True)
def precise() -> Iterator[None]:
    with mpmath.workprec(200):
        yield


def computed(expression: str) -> Any:
    """Its value in f64."""
    return np.float64(outputs(compiled(f"output y = {expression}"))["y"])


def log_gamma(x: Any) -> Any:
    return mpmath.log(abs(mpmath.gamma(x)))


def beside(x: float, smallest: float, largest: float = 0.2) -> Any:
    """Points on both sides of x, from `smallest` to `largest` away from it."""
    away = np.geomspace(smallest, largest, 25)
    return np.concatenate([x - away, x + away])


@pytest.mark.parametrize("dtype", DTYPES)
class TestWithin4Ulp:
    def test_lgamma_beside_its_zeros(self, dtype: Any) -> None:
        smallest = 4 * float(np.finfo(dtype).eps)
        for zero in (1.0, 2.0):
            points = np.asarray(beside(zero, smallest), dtype)
            assert worst(special.lgamma.evaluate, log_gamma, points[points != zero], dtype) <= LIMIT

    def test_lgamma_between(self, dtype: Any) -> None:
        points = np.concatenate([np.linspace(0.05, 4, 80), -np.linspace(0.05, 1.95, 40), np.geomspace(5, 1e30, 30)])
        assert worst(special.lgamma.evaluate, log_gamma, points, dtype) <= LIMIT

    def test_lgamma_of_the_smallest(self, dtype: Any) -> None:
        tiny = np.geomspace(float(np.finfo(dtype).smallest_subnormal), 1e-3, 40)
        assert worst(special.lgamma.evaluate, log_gamma, np.concatenate([tiny, -tiny]), dtype) <= LIMIT

    def test_erfc(self, dtype: Any) -> None:
        end = 10.0 if dtype is np.float32 else 27.2
        assert worst(special.erfc.evaluate, mpmath.erfc, np.linspace(-6, end, 300), dtype) <= LIMIT

    def test_ndtr(self, dtype: Any) -> None:
        end = -14.0 if dtype is np.float32 else -38.4
        assert worst(special.ndtr.evaluate, mpmath.ncdf, np.linspace(end, 8, 300), dtype) <= LIMIT

    @pytest.mark.parametrize("n", [1, 2, 3, 6, 20, 60, 170])
    def test_polygamma(self, dtype: Any, n: int) -> None:
        points = np.concatenate([np.geomspace(0.01, 5000, 40), [1e-9, 1e9, 1e30]])
        found = worst(lambda x: special.polygamma.evaluate(x, n), lambda x: mpmath.psi(n, x), points, dtype)
        assert found <= LIMIT


def pole(x: float, n: int) -> float:
    """The size of the derivative number n of digamma as far as it comes from the nearest pole."""
    return float(mpmath.factorial(n)) / abs(x - round(x)) ** (n + 1)


@pytest.mark.parametrize("at", [-1.0, -2.0, -7.0])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 6])
def test_polygamma_beside_negative_poles(at: float, n: int) -> None:
    """To 4 ulp, or, where it crosses zero, to 1e-15 of what the nearest pole adds."""
    points = beside(at, 1e-12 if n < 3 else 1e-6, 0.49)
    with np.errstate(all="ignore"):
        found = special.polygamma.evaluate(points, n)
    for x, y in zip(points, found, strict=True):
        expected = mpmath.psi(n, exact(x))
        assert ulps(y, expected) <= LIMIT or abs(exact(y) - expected) <= 1e-15 * pole(x, n), x


def test_digamma_is_polygamma_0() -> None:
    points = np.concatenate([beside(-1.0, 1e-12), np.linspace(0.1, 20, 50)])
    np.testing.assert_array_equal(special.digamma.evaluate(points), special.polygamma.evaluate(points, 0))


def test_lgamma_below_zero() -> None:
    """To 4 ulp of the larger of its two parts, which cancel at the zeros."""
    points = np.concatenate([-np.linspace(2.01, 30.03, 200), beside(-6.0, 1e-14)])
    found = special.lgamma.evaluate(points)
    for x, y in zip(points, found, strict=True):
        part = abs(float(log_gamma(-exact(x)))) + 1
        assert abs(exact(y) - log_gamma(exact(x))) <= LIMIT * np.spacing(part), x


@pytest.mark.parametrize(
    ("evaluate", "expected"),
    [
        (special.lgamma.evaluate, [np.inf, np.inf, np.inf, np.inf, np.inf, np.nan]),
        (special.digamma.evaluate, [-np.inf, np.inf, np.nan, np.inf, np.nan, np.nan]),
        (lambda x: special.polygamma.evaluate(x, 1), [np.inf, np.inf, np.inf, 0.0, np.nan, np.nan]),
        (lambda x: special.polygamma.evaluate(x, 2), [-np.inf, np.inf, np.nan, 0.0, np.nan, np.nan]),
        (special.erfc.evaluate, [1.0, 1.0, float(mpmath.erfc(-3)), 0.0, 2.0, np.nan]),
        (special.ndtr.evaluate, [0.5, 0.5, float(mpmath.ncdf(-3)), 1.0, 0.0, np.nan]),
    ],
)
def test_special_values(evaluate: Callable[..., Any], expected: list[float]) -> None:
    points = [0.0, -0.0, -3.0, np.inf, -np.inf, np.nan]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(evaluate(np.array(points)), expected, rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)])
def test_shapes_are_kept(shape: tuple[int, ...]) -> None:
    x = np.full(shape, 1.5, np.float32)
    for op in (special.lgamma, special.digamma, special.erfc, special.ndtr):
        assert op.evaluate(x).shape == shape
        assert op.evaluate(x).dtype == x.dtype


def test_polygamma_on_a_tiny_negative_number_is_a_pole() -> None:
    assert special.polygamma.evaluate(np.array([-1e-309]), 1) == np.inf


@pytest.mark.parametrize("p", [0.5, 0.500001, 0.4999, 0.26, 0.74, 0.25, 0.75, 0.1, 1e-300, 1 - 1e-15])
def test_logit(p: float) -> None:
    expected = mpmath.log(exact(p)) - mpmath.log1p(-exact(p))
    assert ulps(computed(f"logit({p!r})"), expected) <= LIMIT


def test_normal_cdf_in_its_tail() -> None:
    assert ulps(computed("normal_cdf(-38)"), mpmath.ncdf(-38)) <= LIMIT
