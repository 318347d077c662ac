"""NaN, ties and signed zeros in maxima, minima and sorts: one convention of value and gradient, stated in the records.

A cotangent goes where the value comes from.  NaN is larger and smaller than anything, -0.0 and 0.0 are equal.  Of equal
elements, and of NaNs, reductions give each an equal share, `maximum` and `minimum` a half (a NaN operand all), and what
puts elements in an order gives all to one of them, the first.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from evaluation import apply
from running import compiled, outputs

from graphc.ops import CATALOGUE

nan, inf = np.nan, np.inf
VALUES = (nan, -0.0, 0.0, 1.0, 1.0, -2.0)
TRIPLES = sorted(set(permutations(VALUES, 3)) | {(nan, nan, 1.0), (1.0, nan, nan), (nan, nan, nan)}, key=str)


def gradient(text: str, **feeds: Any) -> dict[str, Any]:
    """The value of `text` and the gradient of its sum by each feed; the tangent along ones adds up to the same."""
    shapes = {k: list(np.shape(v)) for k, v in feeds.items()}
    program = "".join(f"input {k}: f64{shape or ''}\n" for k, shape in shapes.items())
    program += f"value = {text}\noutput value\n" + "".join(f"output d{k} = grad(sum(value), {k})\n" for k in feeds)
    ones = ", ".join(f"ones({shape}, dtype=f64)" for shape in shapes.values())
    program += f"output t = sum(jvp(value, [{', '.join(feeds)}], [{ones}]))"
    found = outputs(compiled(program), **{k: np.asarray(v) for k, v in feeds.items()})
    assert found["t"] == sum(found[f"d{k}"].sum() for k in feeds)
    return found


def ranked(x: float, largest: bool) -> float:
    """A number for comparisons in which NaN wins."""
    return inf if x != x else (x if largest else -x) + 0.0


def shares(x: Any, largest: bool) -> Any:
    """Equal shares to what wins."""
    ranks = [ranked(v, largest) for v in x]
    best = max(ranks)
    return np.array([float(r == best) for r in ranks]) / ranks.count(best)


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("x", TRIPLES)
def test_reductions(name: str, x: tuple[float, ...]) -> None:
    found = gradient(f"{name}(x)", x=x)
    np.testing.assert_array_equal(found["dx"], shares(x, name == "max"))
    expected = nan if any(v != v for v in x) else getattr(np, name)(x)
    np.testing.assert_array_equal(found["value"], expected)


@pytest.mark.parametrize("x", TRIPLES)
def test_max_pool(x: tuple[float, ...]) -> None:
    found = gradient("max_pool(x[None, None], 3)", x=x)
    np.testing.assert_array_equal(found["dx"], shares(x, True))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
@pytest.mark.parametrize(("x", "y"), sorted(set(product(VALUES, VALUES)), key=str))
def test_pairs(name: str, x: float, y: float) -> None:
    """Of two zeros the second, whatever their layout and number."""
    found = gradient(f"{name}(x, y)", x=x, y=y)
    a, b = ranked(x, name == "maximum"), ranked(y, name == "maximum")
    both_nan = x != x and y != y
    tie = 0.5 if a == b and not both_nan else 1.0
    assert found["dx"] == (tie if a >= b else 0)
    assert found["dy"] == (tie if b >= a else 0)
    value = x if a > b else y
    np.testing.assert_array_equal(found["value"], value)
    for n in (1, 7, 33):
        for step in (1, 2):
            many = apply(CATALOGUE[name], np.full(step * n, x)[::step], np.full(step * n, y)[::step])
            single = apply(CATALOGUE[name], np.full(n, x), np.float64(y))
            for z in (many, single):
                np.testing.assert_array_equal(z, np.full(n, value))
                if value == value:
                    np.testing.assert_array_equal(np.signbit(z), np.signbit(value))


@pytest.mark.parametrize("x", TRIPLES)
def test_orders(x: tuple[float, ...]) -> None:
    """sort, argsort, top_k, cummax, argcummax, argmax and argmin agree about where each value comes from."""
    weights = np.array([1.0, 10.0, 100.0])
    ranks = [ranked(v, True) for v in x]
    ascending = sorted(range(3), key=lambda i: ranks[i])
    descending = sorted(range(3), key=lambda i: -ranks[i])
    running = [max(range(k + 1), key=lambda i: (ranks[i], -i)) for k in range(3)]
    a = np.asarray(x)
    for name, attrs, places in [
        ("sort", (0, False), ascending), ("sort", (0, True), descending), ("cummax", (0, False), running),
    ]:  # fmt: skip
        np.testing.assert_array_equal(apply(CATALOGUE[name], a, attrs=attrs), a[places])
        np.testing.assert_array_equal(apply(CATALOGUE["arg" + name], a, attrs=attrs), places)
        call = "cummax(x)" if name == "cummax" else f"sort(x, descending={str(attrs[1]).lower()})"
        expected = np.zeros(3)
        np.add.at(expected, places, weights)
        np.testing.assert_array_equal(gradient(f"[1.0, 10.0, 100.0] * {call}", x=x)["dx"], expected)
    values, where = apply(CATALOGUE["top_k"], a, attrs=(2, 0))
    np.testing.assert_array_equal(where, descending[:2])
    np.testing.assert_array_equal(values, a[descending[:2]])
    assert apply(CATALOGUE["argmax"], a, attrs=(0, False)) == descending[0]
    low = [ranked(v, False) for v in x]
    assert apply(CATALOGUE["argmin"], a, attrs=(0, False)) == low.index(max(low))


@pytest.mark.parametrize("x", [nan, -1.0, 0.5, 2.0, 0.0, 1.0])
def test_clip(x: float) -> None:
    found = gradient("clip(x, 0.0, 1.0)", x=x)
    assert found["dx"] == float(not (x < 0 or x > 1))
    np.testing.assert_array_equal(found["value"], np.clip(x, 0.0, 1.0))
    found = gradient("clip(0.5, x, 1.0)", x=x)
    assert found["dx"] == float(x != x or 0.5 < x <= 1)
