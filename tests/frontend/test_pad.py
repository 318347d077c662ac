"""`pad` with widths that cut and a fill value that is computed, against NumPy, with derivatives to order 2."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from running import IN_F64, compiled, outputs

from graphc.diagnostics import Diagnostics
from graphc.driver.eager import Eager
from graphc.frontend.parse import parse
from graphc.ir.text import print_graph
from graphc.source import Source

X = np.array([1.0, 2.0, 3.0, 4.0])


def by_loop(x: Any, low: int, high: int, fill: float, gap: int = 0) -> list[float]:
    """Places are counted with what is between neighbours, and those outside of x hold the fill value."""
    spread = [float(x[i // (gap + 1)]) if i % (gap + 1) == 0 else fill for i in range(max(len(x) * (gap + 1) - gap, 0))]
    places = range(-low, len(spread) + high)
    return [spread[i] if 0 <= i < len(spread) else fill for i in places]


@pytest.mark.parametrize(("low", "high"), [(l, h) for l, h in product(range(-5, 4), range(-5, 4)) if l + h + 4 >= 0])
@pytest.mark.parametrize("fill", ["7.0", "c"])
def test_widths(low: int, high: int, fill: str) -> None:
    program = f"""
        input x: f64[4]
        input c: f64 = 7
        y = pad(x, [[{low}, {high}]], {fill})
        z = pad(x, [[{low}, {high}]], {fill}, interior=1)
        loss = sum(y ** 2 * (1 + arange({4 + low + high}))) + c
        output y
        output z
        output dx = grad(loss, x, unused="zero")
        output dc = grad(loss, c)
        output hx = jvp(grad(loss, x, unused="zero"), x, x, unused="zero")
    """
    graph = compiled(program)
    found = outputs(graph, x=X)
    assert found["y"].tolist() == by_loop(X, low, high, 7)
    assert found["z"].tolist() == by_loop(X, low, high, 7, gap=1)
    weight = 2 * (1 + np.arange(4 + low + high))
    inside = np.array(by_loop(np.ones(4), low, high, 0))
    back = np.zeros(4)
    for place, w in enumerate(weight):
        if 0 <= place - low < 4:
            back[place - low] = w
    np.testing.assert_array_equal(found["dx"], back * X)
    np.testing.assert_array_equal(found["hx"], back * X)
    assert found["dc"] == 1 + (0 if fill != "c" else (weight * 7 * (1 - inside)).sum())
    for other in (outputs(graph, passes=False, x=X), outputs(compiled(print_graph(graph)), x=X)):
        assert all((other[name] == value).all() for name, value in found.items())
    eager = Eager(IN_F64, {"x": X}).run(parse(Source("test.g", program)))
    assert all((eager[name] == value).all() for name, value in found.items())


def test_what_is_cut_sends_nothing() -> None:
    found = outputs(
        compiled("input x: f64[3]\noutput g = grad(sum(pad(sqrt(x), [[-1, 1]])), x)"), x=np.array([0.0, 1, 4])
    )
    assert found["g"].tolist() == [0, 0.5, 0.25]


def test_symbolic_sizes() -> None:
    program = (
        "input x: f64[n, m]\ninput c: f64\ny = pad(x, [[-1, 2], [0, -2]], c)\noutput y\noutput g = grad(sum(y), x)"
    )
    x = np.arange(12.0).reshape(3, 4)
    found = outputs(compiled(program), x=x, c=9.0)
    assert found["y"].tolist() == [[4, 5], [8, 9], [9, 9], [9, 9]]
    assert found["g"].tolist() == [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]]
    with pytest.raises(Diagnostics):
        outputs(compiled(program), x=x[:, :1], c=9.0)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("input x: i64[2]\ninput c: f64\noutput y = pad(x, [[1, 1]], c)", "E0304"),
        ("input x: f64[2]\ninput c: f64[2]\noutput y = pad(x, [[1, 1]], c)", "E0310"),
        ("input x: f64[2]\noutput y = pad(x, [[-3, 0]])", "E0309"),
        ("input x: f64[2]\ninput k: i64\noutput y = pad(x, [[k, 0]])", "E0308"),
    ],
)
def test_refused(program: str, code: str) -> None:
    with pytest.raises(Diagnostics) as raised:
        compiled(program)
    assert [d.code for d in raised.value.items] == [code]


def test_a_size_as_the_value() -> None:
    found = outputs(compiled("input x: f64[n]\noutput y = pad(x, [[1, 0]], n)"), x=X)
    assert found["y"].tolist() == [4, 1, 2, 3, 4]
