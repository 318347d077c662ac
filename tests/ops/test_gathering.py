"""Gathers and scatters against loops, their derivatives (with repeated indices) and masks."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient
from mask_checks import check_masks, rule_values

from graphc.ir.dims import symbol
from graphc.ir.op import EvaluationError, TypeRuleError
from graphc.ir.types import F32, I32, I64, TensorType
from graphc.ops import CATALOGUE

n, m = symbol("n"), symbol("m")
RNG = np.random.default_rng(11)
X = RNG.uniform(0.5, 2, (4, 3))
ROWS = np.array([[1, -1, 1], [0, 1, 3]])  # repeats, and counts from the end
ALONG = np.array([[0, 2, -1], [1, 0, 2]])
PLACES = np.array([[0, 1], [3, -1], [0, 1], [2, 2]])


def test_take() -> None:
    expected = np.array([[X[i] for i in row] for row in ROWS])
    np.testing.assert_array_equal(apply(CATALOGUE["take"], X, ROWS, attrs=(0,)), expected)
    columns = apply(CATALOGUE["take"], X, ROWS % 3, attrs=(-1,))
    assert columns.shape == (4, 2, 3)
    assert columns[2, 1, 0] == X[2, 0]
    for dtype in (np.int8, np.uint8, np.uint64):
        np.testing.assert_array_equal(apply(CATALOGUE["take"], X, (ROWS % 4).astype(dtype), attrs=(0,)), expected)
    assert apply(CATALOGUE["take"], X, np.int64(-1), attrs=(0,)).tolist() == X[3].tolist()
    assert apply(CATALOGUE["take"], X, np.zeros((0, 2), np.int64), attrs=(0,)).shape == (0, 2, 3)


UPDATES: dict[str, list[Any]] = {
    "scatter_add": [X, ROWS, RNG.uniform(0.5, 2, (2, 3, 3)), (0,)],
    "scatter_set": [X, ROWS, RNG.uniform(0.5, 2, (2, 3, 3)), (0,)],
    "add_along_axis": [X, ALONG.T, RNG.uniform(0.5, 2, (3, 2)), (0,)],
    "put_along_axis": [X.T, ALONG.T, RNG.uniform(0.5, 2, (3, 2)), (1,)],
    "add_nd": [X, PLACES, RNG.uniform(0.5, 2, 4), ()],
    "put_nd": [X, PLACES, RNG.uniform(0.5, 2, 4), ()],
}
UPDATES["add_along_axis"][1] = np.array([[0, 2, -1], [0, 0, 2]])
UPDATES["add_along_axis"][2] = RNG.uniform(0.5, 2, (2, 3))
UPDATES["put_along_axis"][1] = np.array([[0, 0, 3], [1, 2, -1], [0, 0, 0]])
UPDATES["put_along_axis"][2] = RNG.uniform(0.5, 2, (3, 3))


def by_loop(name: str, x: Any, indices: Any, updates: Any, axis: int | None) -> Any:
    result = x.copy()
    for at in product(*map(range, updates.shape)):
        if name.startswith("scatter"):
            place = (*at[:axis], indices[at[axis : axis + indices.ndim]], *at[axis + indices.ndim :])  # type: ignore
        elif name.endswith("nd"):
            place = (*indices[at[: indices.ndim - 1]], *at[indices.ndim - 1 :])
        else:
            place = (*at[:axis], indices[at], *at[axis + 1 :])
        result[place] = updates[at] + (result[place] if "add" in name else 0)
    return result


@pytest.mark.parametrize("name", UPDATES)
def test_updates(name: str) -> None:
    x, indices, updates, attrs = UPDATES[name]
    before = x.copy()
    expected = by_loop(name, x, indices, updates, *(attrs or (None,)))
    np.testing.assert_allclose(apply(CATALOGUE[name], x, indices, updates, attrs=attrs), expected, rtol=1e-15)
    np.testing.assert_array_equal(x, before)
    check_vjp(CATALOGUE[name], [x, indices, updates], attrs)
    check_masks(CATALOGUE[name], [x, indices, updates], attrs)


def test_scatter_along_a_later_axis() -> None:
    x, indices, updates = RNG.uniform(size=(2, 4, 3)), np.array([1, 1, -1]), RNG.uniform(size=(2, 3, 3))
    for name in ("scatter_add", "scatter_set"):
        found = apply(CATALOGUE[name], x, indices, updates, attrs=(1,))
        np.testing.assert_allclose(found, by_loop(name, x, indices, updates, 1), rtol=1e-15)
        check_vjp(CATALOGUE[name], [x, indices, updates], (1,))


@pytest.mark.parametrize(
    ("name", "arrays", "attrs"),
    [
        ("take", [X, ROWS], (0,)),
        ("take", [X, ROWS % 3], (1,)),
        ("take", [X, np.int64(2)], (1,)),
        ("take_along_axis", [X, ALONG], (0,)),
        ("take_along_axis", [X, ALONG[[0, 1, 0, 0]]], (1,)),
        ("take_nd", [X, PLACES], ()),
        ("take_nd", [X, PLACES[:, :1]], ()),
        ("take_nd", [X, PLACES[0]], ()),
    ],
)
def test_derivatives_of_gathers(name: str, arrays: list[Any], attrs: Any) -> None:
    check_vjp(CATALOGUE[name], arrays, attrs)
    check_masks(CATALOGUE[name], arrays, attrs)


def test_along_an_axis() -> None:
    found = apply(CATALOGUE["take_along_axis"], X, ALONG, attrs=(0,))
    np.testing.assert_array_equal(found, np.take_along_axis(X, ALONG % 4, 0))


def test_several_axes() -> None:
    np.testing.assert_array_equal(apply(CATALOGUE["take_nd"], X, PLACES), [X[0, 1], X[3, 2], X[0, 1], X[2, 2]])


def test_of_equal_places_the_last_wins() -> None:
    x, u = np.zeros(3), np.array([1.0, 2.0, 3.0])
    at = np.array([1, 0, 1])
    assert apply(CATALOGUE["scatter_set"], x, at, u, attrs=(0,)).tolist() == [2, 3, 0]
    dx, nothing, du = gradient(CATALOGUE["scatter_set"], x, at, u, attrs=(0,), g=5.0)
    assert dx.tolist() == [0, 0, 5]
    assert nothing is None
    assert du.tolist() == [0, 5, 5]
    (_, mask, clean), _, _ = rule_values(CATALOGUE["scatter_set"], [x, at, u], (0,), [np.ones(3)])
    assert mask.tolist() == [False, False, True]
    assert clean


@pytest.mark.parametrize(
    ("name", "arrays", "attrs", "index", "size"),
    [
        ("take", [X, np.array([0, 4])], (0,), 4, 4),
        ("take", [X, np.array(-5)], (0,), -5, 4),
        ("take", [X, np.array([7], np.uint8)], (1,), 7, 3),
        ("take", [X, np.array([2**64 - 1], np.uint64)], (1,), 2**64 - 1, 3),
        ("take", [X[:0], np.array([0])], (0,), 0, 0),
        ("take_along_axis", [X, np.array([[0, 9, 0]])], (0,), 9, 4),
        ("take_nd", [X, np.array([[0, 3]])], (), 3, 3),
        ("scatter_add", [X, np.array([4]), X[:1]], (0,), 4, 4),
        ("put_nd", [X, np.array([[-5, 0]]), X[0, :1]], (), -5, 4),
    ],
)
def test_out_of_range(name: str, arrays: list[Any], attrs: Any, index: int, size: int) -> None:
    with pytest.raises(EvaluationError, match=f"index {index} is out of range for axis . of size {size}") as raised:
        apply(CATALOGUE[name], *arrays, attrs=attrs)
    assert raised.value.code == "E0605"


def test_types() -> None:
    take = CATALOGUE["take"]
    assert take.infer((TensorType(F32, (n, 3)), TensorType(I64, (m, 2))), (-2,)).types[0].shape == (m, 2, 3)
    assert take.infer((TensorType(F32, (n, 3)), TensorType(I64)), (1,)).types[0].shape == (n,)
    nd = CATALOGUE["take_nd"]
    assert nd.infer((TensorType(F32, (n, 3, 5)), TensorType(I32, (m, 2))), ()).types[0].shape == (m, 5)
    for name, shapes, attrs, code in [
        ("take", [(), (2,)], (0,), "E0306"),
        ("take_along_axis", [(n, 3), (n, 2)], (0,), "E0310"),
        ("take_along_axis", [(n, 3), (n,)], (0,), "E0310"),
        ("take_nd", [(n, 3), (n, 3)], (), "E0311"),
        ("take_nd", [(n, 3), (n,)], (), "E0311"),
    ]:
        x, i = shapes
        with pytest.raises(TypeRuleError) as raised:
            CATALOGUE[name].infer((TensorType(F32, x), TensorType(I64, i)), attrs)
        assert raised.value.code == code
    with pytest.raises(TypeRuleError, match=r"the updates have shape \[2\], not \[m, 3\]"):
        CATALOGUE["scatter_add"].infer((TensorType(F32, (n, 3)), TensorType(I64, (m,)), TensorType(F32, (2,))), (0,))
