"""Sums in f32 of many addends against f64, over every axis and layout, with one order of addition for all layouts."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from evaluation import apply
from running import compiled, outputs

import graphc
from graphc.ops import CATALOGUE
from graphc.ops.summation import total

RNG = np.random.default_rng(17)
N = 300_000


def layouts(x: Any) -> dict[str, Any]:
    """The same numbers in C and Fortran order, with gaps, backwards in memory, and transposed."""
    gaps = np.repeat(x, 2, axis=-1)[..., ::2]
    backwards = np.flip(np.flip(x).copy())
    return {
        "C": x,
        "F": np.asfortranarray(x),
        "gaps": gaps,
        "backwards": backwards,
        "turned": np.ascontiguousarray(x.swapaxes(0, -1)).swapaxes(0, -1),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "shape", [(1,), (7,), (1000,), (300, 40), (40, 300), (5, 301, 33), (2, 3, 4, 5), (129, 2, 140), (0, 3), (3, 0)]
)
def test_all_axes_and_layouts(dtype: Any, shape: tuple[int, ...]) -> None:
    x = RNG.normal(size=shape).astype(dtype)
    exact = x.astype(np.longdouble)
    for axes in (a for r in range(len(shape) + 1) for a in combinations(range(len(shape)), r)):
        for keepdims in (False, True):
            expected = exact.sum(axis=axes, keepdims=keepdims)
            scale = 16 * np.finfo(dtype).eps * np.abs(exact).sum(axis=axes, keepdims=keepdims)
            found = [total(same, axes, keepdims) for same in layouts(x).values()]
            for value in found:
                assert value.dtype == dtype
                assert value.shape == expected.shape
                assert (np.abs(value - expected) <= scale).all()
                np.testing.assert_array_equal(value, found[0])  # in every layout the same bits


def test_broadcast_views() -> None:
    x = np.broadcast_to(np.float32(0.1), (N, 3))
    for axes in ((0,), (1,), (0, 1)):
        expected = np.float64(np.float32(0.1)) * np.prod([x.shape[a] for a in axes])
        np.testing.assert_allclose(total(x, axes, False), expected, rtol=1e-6)
        np.testing.assert_array_equal(total(x, axes, False), total(x.copy(), axes, False))


LONG = """
input X: f32[n, k]
input i: i64[n]
input c: f32[k] = zeros([k])
output s = sum(X, axis=0)
output m = mean(X, axis=0)
output v = variance(X, axis=0)
output n2 = norm(X, axis=0)
output l = logsumexp(X, axis=0)
output e = einsum("ij->j", X)
output t = einsum("ij,ij->j", X, X)
output t3 = einsum("ij,ij,ij->j", X, X, X)
output g = grad(sum(X * c), c)
output a = grad(sum(c[i] * X[:, 0]), c)
z = zeros([3])
z[i] -= X[:, 1]
output z
output p = prod(1 + 1e-6 * X, axis=0)
"""


@pytest.mark.parametrize("layout", ["C", "F", "gaps", "backwards", "turned"])
@pytest.mark.parametrize("columns", [3, 200])
def test_many_addends(layout: str, columns: int) -> None:
    """Sums, and what is made of them, of 300,000 addends: within some ulp of the same in f64."""
    n = N if columns < 10 else 20_000
    X = layouts(RNG.uniform(0, 0.2, (n, columns)).astype(np.float32))[layout]
    i = RNG.integers(0, 2, n)
    found = graphc.loads(LONG).compile()(X=X, i=i)
    x = X.astype(np.float64)
    picked = np.array([x[i == k, 0].sum() for k in range(2)])
    taken = np.array([x[i == k, 1].sum() for k in range(2)])
    expected = {
        "s": x.sum(0), "m": x.mean(0), "v": x.var(0), "n2": np.sqrt((x * x).sum(0)), "l": np.log(np.exp(x).sum(0)),
        "e": x.sum(0), "t": (x * x).sum(0), "t3": (x**3).sum(0), "g": x.sum(0), "a": [*picked, *np.zeros(columns - 2)],
        "z": [*-taken, 0], "p": np.prod((1 + np.float32(1e-6) * X).astype(np.float64), axis=0),
    }  # fmt: skip
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-6, err_msg=name)


def test_scatters_of_many_equal_places() -> None:
    """In f64, too: as exact as sums of as many, of whole slices and negative places."""
    x, i = np.zeros((4, 3)), RNG.integers(-4, 4, 50_000)
    u = RNG.uniform(0, 1, (50_000, 3))
    found = apply(CATALOGUE["scatter_add"], x, i, u, attrs=(0,))
    expected = np.array([u[i % 4 == k].astype(np.longdouble).sum(axis=0) for k in range(4)])
    np.testing.assert_allclose(found, expected.astype(np.float64), rtol=2e-15)
    places = np.stack([i % 4, i % 3], axis=-1)
    found = apply(CATALOGUE["add_nd"], x, places, u[:, 0])
    for k, j in np.ndindex(4, 3):
        chosen = (places == [k, j]).all(axis=-1)
        np.testing.assert_allclose(found[k, j], u[chosen, 0].astype(np.longdouble).sum(), rtol=2e-15)


def test_few_updates_are_added_in_order() -> None:
    x, i, u = np.array([1e16, 0.0]), np.array([0, 0, 1, 0]), np.array([1.0, 1.0, 2.0, -1e16])
    assert apply(CATALOGUE["scatter_add"], x, i, u, attrs=(0,)).tolist() == [0.0, 2.0]


def test_a_transposed_sum_has_the_same_bits() -> None:
    program = """
        input x: f64[n, m]
        output a = sum(x, axis=0)
        output b = sum(x.T, axis=1)
        output c = sum(flip(x, 1), axis=0)
    """
    x = RNG.normal(size=(1000, 150))
    found = outputs(compiled(program), x=x)
    np.testing.assert_array_equal(found["a"], found["b"])
    np.testing.assert_array_equal(found["a"], found["c"][::-1])
