"""Sorts and scans against Python's own, and derivatives at ties and zeros."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient
from mask_checks import check_masks

from graphc.ir.dims import symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import BOOL, F32, I8, I64, U8, U64, WEAK_INT, TensorType
from graphc.ops import CATALOGUE

n, k = symbol("n"), symbol("k")
RNG = np.random.default_rng(13)
X = RNG.permutation(24).reshape(2, 4, 3) / 10 + 0.3
TIES = np.array([2.0, 1.0, 2.0, 3.0, 1.0])


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("descending", [False, True])
def test_sorts(axis: int, descending: bool) -> None:
    expected = np.apply_along_axis(lambda v: np.array(sorted(v, reverse=descending)), axis, X)
    np.testing.assert_array_equal(apply(CATALOGUE["sort"], X, attrs=(axis, descending)), expected)
    places = apply(CATALOGUE["argsort"], X, attrs=(axis, descending))
    np.testing.assert_array_equal(np.take_along_axis(X, places, axis), expected)
    check_vjp(CATALOGUE["sort"], [X], (axis, descending))
    check_masks(CATALOGUE["sort"], [X], (axis, descending))


def test_sorts_are_stable() -> None:
    assert apply(CATALOGUE["argsort"], TIES, attrs=(0, False)).tolist() == [1, 4, 0, 2, 3]
    assert apply(CATALOGUE["argsort"], TIES, attrs=(0, True)).tolist() == [3, 0, 2, 1, 4]
    big = np.array([2**62, -1, 3])
    assert apply(CATALOGUE["sort"], big, attrs=(0, True)).tolist() == [2**62, 3, -1]
    with_nan = apply(CATALOGUE["sort"], np.array([np.nan, 1.0, 2.0]), attrs=(0, True))
    np.testing.assert_array_equal(with_nan, [np.nan, 2, 1])


def test_top_k() -> None:
    values, places = apply(CATALOGUE["top_k"], TIES, attrs=(3, -1))
    assert values.tolist() == [3, 2, 2]
    assert places.tolist() == [3, 0, 2]
    check_vjp(CATALOGUE["top_k"], [X], (2, 1))
    inferred = CATALOGUE["top_k"].infer((TensorType(F32, (n, 5)),), (k, 0))
    assert inferred.types == (TensorType(F32, (k, 5)), TensorType(I64, (k, 5)))
    assert [str(g) for g in inferred.guards] == ["k <= n"]
    with pytest.raises(TypeRuleError, match="there aren't 6 elements"):
        CATALOGUE["top_k"].infer((TensorType(F32, (n, 5)),), (6, -1))
    with pytest.raises(TypeRuleError, match="can't choose -1 elements"):
        CATALOGUE["top_k"].infer((TensorType(F32, (n, 5)),), (-1, -1))


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(side: str) -> None:
    edges, values = np.array([1.0, 2.0, 2.0, 5.0]), np.array([[0.0, 2.0], [5.0, 9.0]])
    found = apply(CATALOGUE["searchsorted"], edges, values, attrs=(side,))
    count = np.less if side == "left" else np.less_equal
    np.testing.assert_array_equal(found, count(edges, values[..., None]).sum(-1))
    assert apply(CATALOGUE["searchsorted"], edges, np.float64(2), attrs=(side,)).shape == ()
    with pytest.raises(TypeRuleError, match="side is"):
        apply(CATALOGUE["searchsorted"], edges, values, attrs=("middle",))


# ---------------------------------------------------------------- scans


def by_loop(name: str, v: Any, exclusive: bool, reverse: bool) -> Any:
    start, step = (0, lambda a, b: a + b) if name == "cumsum" else (1, lambda a, b: a * b)
    items = [x.item() for x in (v[::-1] if reverse else v)]
    sums = list(accumulate(items, step, initial=start))
    sums = sums[:-1] if exclusive else sums[1:]
    return np.array(sums[::-1] if reverse else sums)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_scans(name: str, axis: int, exclusive: bool, reverse: bool) -> None:
    expected = np.apply_along_axis(lambda v: by_loop(name, v, exclusive, reverse), axis, X)
    attrs = (axis, exclusive, reverse)
    np.testing.assert_allclose(apply(CATALOGUE[name], X, attrs=attrs), expected, rtol=1e-14)
    check_vjp(CATALOGUE[name], [X], attrs)
    check_masks(CATALOGUE[name], [X], attrs)
    assert apply(CATALOGUE[name], X[:, :0], attrs=attrs).shape == (2, 0, 3)
    check_vjp(CATALOGUE[name], [X[:, :0]], attrs)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("zeros", [[0], [2], [1, 3], [0, 1, 2, 3]])
@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_running_product_with_zeros(order: int, zeros: list[int], exclusive: bool, reverse: bool) -> None:
    x = np.array([1.5, -2.0, 0.5, 3.0])
    x[zeros] = 0
    check_vjp(CATALOGUE["cumprod"], [x], (0, exclusive, reverse), order=order, tolerance=1e-4, step=1e-2)


@pytest.mark.parametrize("reverse", [False, True])
def test_linear_recurrence(reverse: bool) -> None:
    a, x = RNG.uniform(-1, 1, (4, 2)), RNG.uniform(-1, 1, (4, 2))
    state, states = np.zeros(2), []
    for i in reversed(range(4)) if reverse else range(4):
        states.append(state)
        state = a[i] * state + x[i]
    expected = np.array(states[::-1] if reverse else states)
    record = CATALOGUE["linear_recurrence"]
    np.testing.assert_array_equal(apply(record, a, x, attrs=(0, reverse)), expected)
    np.testing.assert_array_equal(apply(record, a.T, x.T, attrs=(-1, reverse)), expected.T)
    check_vjp(record, [a, x], (0, reverse), order=3)
    check_masks(record, [a, x], (0, reverse))
    assert apply(record, a[:0], x[:0], attrs=(0, reverse)).shape == (0, 2)
    single = apply(record, a[:, 0].astype(np.float32), x[:, 0].astype(np.float32), attrs=(None, reverse))
    np.testing.assert_allclose(single, expected[:, 0], rtol=1e-5)
    with pytest.raises(TypeRuleError, match="must have the same shape"):
        apply(record, a, x[:2], attrs=(0, reverse))


def test_unused_factors_dont_matter() -> None:
    """The last factor meets no later step, so that its NaN stays out."""
    z = apply(CATALOGUE["linear_recurrence"], np.array([2.0, 3.0, np.nan]), np.ones(3), attrs=(0, False))
    assert z.tolist() == [0, 1, 4]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_running_maxima(axis: int, reverse: bool) -> None:
    def along(v: Any) -> Any:
        maxima = list(accumulate(v[::-1] if reverse else v, max))
        return np.array(maxima[::-1] if reverse else maxima)

    found = apply(CATALOGUE["cummax"], X, attrs=(axis, reverse))
    np.testing.assert_array_equal(found, np.apply_along_axis(along, axis, X))
    places = apply(CATALOGUE["argcummax"], X, attrs=(axis, reverse))
    np.testing.assert_array_equal(np.take_along_axis(X, places, axis), found)
    check_vjp(CATALOGUE["cummax"], [X], (axis, reverse))
    check_masks(CATALOGUE["cummax"], [X], (axis, reverse))


def test_running_maxima_at_ties() -> None:
    assert apply(CATALOGUE["argcummax"], TIES, attrs=(0, False)).tolist() == [0, 0, 0, 3, 3]
    assert apply(CATALOGUE["argcummax"], TIES, attrs=(0, True)).tolist() == [3, 3, 3, 3, 4]
    (slope,) = gradient(CATALOGUE["cummax"], TIES, attrs=(0, False))
    assert slope.tolist() == [3, 0, 0, 2, 0]
    rising = np.array([1.0, np.nan, 5.0, np.nan])
    np.testing.assert_array_equal(apply(CATALOGUE["cummax"], rising, attrs=(0, False)), [1, np.nan, np.nan, np.nan])
    assert apply(CATALOGUE["argcummax"], rising, attrs=(0, False)).tolist() == [0, 1, 1, 1]
    assert apply(CATALOGUE["argcummax"], np.zeros((0, 2)), attrs=(0, False)).shape == (0, 2)


@pytest.mark.parametrize(
    ("operand", "result"), [(I8, I64), (U8, U64), (BOOL, I64), (F32, F32), (WEAK_INT, WEAK_INT)], ids=str
)
def test_dtypes_of_running_sums(operand: Any, result: Any) -> None:
    for name in ("cumsum", "cumprod"):
        assert CATALOGUE[name].infer((TensorType(operand, (n,)),), (None, False, False)).types[0].dtype is result
    x = np.array([1, 0, 1]).astype(operand.numpy)
    for exclusive in (False, True):
        found = apply(CATALOGUE["cumsum"], x, attrs=(0, exclusive, False))
        assert found.tolist() == ([0, 1, 1] if exclusive else [1, 1, 2])


def test_axis_may_be_left_out_for_vectors_only() -> None:
    for name, rest in [("cumsum", (False, False)), ("cumprod", (False, False)), ("cummax", (False,))]:
        assert CATALOGUE[name].infer((TensorType(F32, (n,)),), (None, *rest)).attrs == (0, *rest)
        for shape in [(n, 3), ()]:
            with pytest.raises(TypeRuleError, match="needs an axis") as raised:
                CATALOGUE[name].infer((TensorType(F32, shape),), (None, *rest))
            assert raised.value.code == "E0306"
