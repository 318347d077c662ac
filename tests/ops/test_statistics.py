"""Means, deviations and norms over the whole range of a float, and of equal numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient

import graphc
from graphc.ir.op import TypeRuleError
from graphc.ir.types import F32, TensorType
from graphc.ops import CATALOGUE
from graphc.ops.statistics import centre, mean, norm, std, variance

WHOLE: Any = (None, False)
SCALES = [(np.float32, s) for s in (1e-44, 1e-38, 1e-25, 1e-10, 1.0, 1e10, 1e25, 5e37)]
SCALES += [(np.float64, s) for s in (1e-310, 1e-200, 1e-100, 1.0, 1e100, 1e200, 2e307)]


def exactly(x: Any) -> tuple[Any, ...]:
    """Norm, gradient of the norm, deviation and its gradient, in f64 after scaling by a power of two."""
    wide = x.astype(np.float64)
    e = int(np.frexp(np.abs(wide).max())[1])
    scaled = np.ldexp(wide, -e)
    n, d = math.sqrt(math.fsum(scaled**2)), scaled - math.fsum(scaled) / len(scaled)
    s = math.sqrt(math.fsum(d**2) / len(d))
    return math.ldexp(n, e), scaled / n, math.ldexp(s, e), d / s / len(d)


@pytest.mark.parametrize(("dtype", "scale"), SCALES)
def test_norm_and_deviation_over_the_range(dtype: Any, scale: float) -> None:
    x = (np.array([3.0, -4.0, 1.5, 0.25]) * scale).astype(dtype)
    n, unit, s, slope = exactly(x)
    step = 4 * float(np.finfo(dtype).eps)
    tiny = 2 * float(np.finfo(dtype).smallest_subnormal)
    for op, attrs, value, derivative in ((norm, WHOLE, n, unit), (std, (*WHOLE, 0), s, slope)):
        np.testing.assert_allclose(float(apply(op, x, attrs=attrs)), value, rtol=step, atol=tiny)
        (found,) = gradient(op, x, attrs=attrs)
        loose = max(step, 2 * tiny / value)  # as many digits as a subnormal y has
        np.testing.assert_allclose(found, derivative, rtol=0, atol=loose)


@pytest.mark.parametrize("axis", [0, 1, -1, [0, 1], None])
@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("op", [norm, std, variance, mean])
def test_each_result_is_scaled_by_itself(op: Any, axis: Any, keepdims: bool) -> None:
    """Ordinary rows keep their bits beside those that leave the range."""
    more = (0,) if len(op.attributes) > 2 else ()
    ordinary = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    x = np.stack([ordinary * np.float32(s) for s in (1, 1e-30, 1e30, 0)], axis=-1)
    inside = axis + 0 if isinstance(axis, int) and axis >= 0 else axis
    axes = {-1: 1, None: (0, 1)}.get(inside, inside) if not isinstance(inside, list) else inside
    found = apply(op, x, attrs=(axes, keepdims, *more))
    alone = apply(op, ordinary, attrs=(axes, keepdims, *more))
    np.testing.assert_allclose(found[..., 0], alone, rtol=3e-7)
    if op is not variance:
        np.testing.assert_allclose(found[..., 1], alone.astype(np.float64) * 1e-30, rtol=1e-6)
        np.testing.assert_allclose(found[..., 2], alone.astype(np.float64) * 1e30, rtol=1e-6)
    assert not found[..., 3].any()


def test_variance_where_only_its_sum_leaves_the_range() -> None:
    x = np.tile(np.float32([1.5e18, -1.5e18]), 1000)
    np.testing.assert_allclose(apply(variance, x, attrs=(*WHOLE, 0)), 2.25e36, rtol=1e-6)
    assert apply(variance, x * np.float32(1e10), attrs=(*WHOLE, 0)) == np.inf


def test_means_stay_in_the_range() -> None:
    largest = np.finfo(np.float32).max
    x = np.array([[largest, largest, 1], [largest, largest, 2], [-largest, largest, 3]], np.float32)
    np.testing.assert_allclose(apply(mean, x, attrs=(0, False)), [largest / 3, largest, 2], rtol=1e-6)
    np.testing.assert_allclose(apply(mean, x, attrs=(1, True))[:, 0], [2 * (largest / 3)] * 2 + [1], rtol=1e-6)
    (g,) = gradient(mean, x, attrs=(0, False))
    np.testing.assert_allclose(g, np.full((3, 3), 1 / 3), rtol=1e-6)
    x[0, 0] = np.inf
    assert apply(mean, x, attrs=(0, False)).tolist()[0] == np.inf
    assert np.isnan(apply(mean, np.float32([np.inf, -np.inf]), attrs=WHOLE))


def test_infinities_and_nan() -> None:
    assert apply(norm, np.array([np.inf, 1.0]), attrs=WHOLE) == np.inf
    assert np.isnan(apply(norm, np.array([np.inf, np.nan]), attrs=WHOLE))
    assert np.isnan(apply(std, np.array([np.inf, 1.0]), attrs=(*WHOLE, 0)))


EQUAL = [np.full(n, c, np.float32) for n, c in ((7, 100001.3), (11, 0.1), (1000, 1e-3), (123457, 16777.213))]
EQUAL += [np.full((3, 7), 100001.3), np.full((5, 11, 3), 0.1), np.full(999, -1e300), np.full(13, np.float32(3e38))]


@pytest.mark.parametrize("x", EQUAL)
def test_equal_numbers_do_not_vary(x: Any) -> None:
    for axis in (None, *range(x.ndim)):
        assert not apply(centre, x, attrs=(axis,)).any()
        for op in (variance, std):
            assert not apply(op, x, attrs=(axis, False, 0)).any()
            (g,) = gradient(op, x, attrs=(axis, False, 0))
            assert not g.any()


@pytest.mark.parametrize("correction", [0.5, 1.5, -1, 2, 2.0])
def test_a_correction_is_a_real_number(correction: float) -> None:
    x = np.array([1.0, 2.0, 4.0, 9.0])
    expected = math.fsum((x - 4) ** 2) / (4 - correction)
    assert apply(variance, x, attrs=(*WHOLE, correction)) == pytest.approx(expected, rel=1e-15)
    assert apply(std, x, attrs=(*WHOLE, correction)) == pytest.approx(math.sqrt(expected), rel=1e-15)
    check_vjp(variance, [x], (*WHOLE, correction))
    check_vjp(std, [x], (*WHOLE, correction))
    found = graphc.loads(f"input x: f64[n]\noutput s = std(x, correction={correction})").compile()(x=x)
    assert found["s"] == pytest.approx(math.sqrt(expected), rel=1e-15)


def test_corrections_without_a_result() -> None:
    assert np.isnan(apply(variance, np.array([3.0]), attrs=(*WHOLE, 1.5)))
    with pytest.raises(TypeRuleError, match="must be finite"):
        CATALOGUE["std"].infer((TensorType(F32, (3,)),), (None, False, math.inf))


def test_second_derivatives_over_the_range() -> None:
    """The Hessian of the norm is (I - u u.T) / y: it has the scale 1 / y."""
    text = "input x: {t}[2]\noutput h = hessian(norm(x), x)\noutput p = hvp(norm(x), x, x)"
    for t, scale in (("f32", 1e-25), ("f32", 1e25), ("f64", 1e-200), ("f64", 1e200)):
        x = (np.array([3.0, 4.0]) * scale).astype({"f32": np.float32, "f64": np.float64}[t])
        found = graphc.loads(text.format(t=t)).compile()(x=x)
        expected = np.array([[0.64, -0.48], [-0.48, 0.36]]) / (5 * scale)
        np.testing.assert_allclose(found["h"], expected, rtol=2e-6)
        np.testing.assert_allclose(found["p"], [0, 0], atol=1e-6)
