"""The same numbers give the same bits, wherever they are in memory, and with and without the passes.

NumPy goes by memory: it sums in its order, multiplies repeated numbers without BLAS, takes x ** 0.5 for a square root
where the exponent is one number, and computes exp of an array that runs backwards in another way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from running import compiled, outputs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(37, 29))
R = RNG.normal(size=37)


def spaced(x: Any) -> Any:
    """The same array with room between its elements."""
    return np.repeat(x, 2, axis=-1)[..., ::2]


def assert_same_bits(found: Any, expected: Any) -> None:
    assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()


@pytest.mark.parametrize(
    "y",
    ["sum(x)", "sum(x, axis=0)", "mean(x, axis=1)", "r @ x", "x.T @ r", "x.T @ (2 * x)", 'einsum("ij,i->j", x, r)'],
)
@pytest.mark.parametrize("layout", [np.asfortranarray, spaced])
def test_feeds_in_any_layout(y: str, layout: Any) -> None:
    graph = compiled(f"input x: f64[n, m]\ninput r: f64[n]\ninput unused: f64[m] = zeros([m])\noutput y = {y}\n")
    assert_same_bits(outputs(graph, x=layout(X), r=layout(R))["y"], outputs(graph, x=X, r=R)["y"])


PROGRAMS = {
    "a transposed matrix, scaled, times a vector": "output y = (0.3 * broadcast_to(f64(1), [29, 37]) * x.T) @ x[:, 0]",
    "a sum over a number times a transposed matrix": "output y = sum(0.3 * broadcast_to(f64(1), [29, 37]) * x.T)",
    "a repeated number times a matrix": "output y = x.T @ (0.1 * broadcast_to(f64(1), [37]))",
    "its gradient": "output y = grad(sum(0.1 * (x @ v)), v)",
    "a root, of a repeated exponent": "output y = abs(x) ** (0.5 * ones([37, 29]))",
    "of specials": "output y = [-inf, -0.0, 0, 2, nan, inf] ** (0.5 * ones([6]) + 0 * v[:6])",
    "a reciprocal": "output y = x ** (0 - ones([37, 29]))",
    "backwards": "output y = exp(1.0 * flip(x))",
    "backwards, by an index": "output y = sin(x) ** 2 + log(abs(1.0 * x[::-1, ::-1]))",
    "backwards, by a sum": "output y = expm1(1.0 * cumsum(x, axis=0, reverse=true))",
    "a product in another order of axes": (
        "output y = grad(sum(grad(sum(einsum('ij,kl->jl', x, x) ** 2), x) ** 2), x)".replace("'", '"')
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_passes_keep_bits(name: str) -> None:
    graph = compiled(f"input x: f64[37, 29]\ninput v: f64[29]\n{PROGRAMS[name]}\n")
    found, expected = (outputs(graph, passes=passes, x=X, v=np.arange(29.0))["y"] for passes in (True, False))
    assert_same_bits(found, expected)


def test_an_exponent_is_the_same_in_a_tensor() -> None:
    """One number, or many equal ones."""
    text = "input x: f64[6]\ninput k: f64\ninput ks: f64[6]\noutput one = x ** k\noutput many = x ** ks\n"
    graph = compiled(text)
    x = np.array([-np.inf, -0.0, 0.0, 1 / 3, 7.3, np.inf])
    for k in (0.5, 1.0, 2.0, -1.0, 3.0, 1 / 3):
        found = outputs(graph, x=x, k=k, ks=np.full(6, k))
        assert_same_bits(found["one"], found["many"])
