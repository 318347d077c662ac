"""The numerical check itself: accurate on smooth functions, and it finds wrong gradients."""

from __future__ import annotations

import numpy as np
import pytest

from graphc.autodiff.numeric import check_gradient, difference_quotient


@pytest.mark.parametrize(
    ("f", "slope", "x"),
    [
        (np.sin, np.cos, 0.3),
        (np.exp, np.exp, 5.0),
        (lambda x: x**5, lambda x: 5 * x**4, 1000.0),
        (lambda x: 1 / x, lambda x: -1 / x**2, 0.05),
        (np.sqrt, lambda x: 0.5 / np.sqrt(x), 0.01),
        (np.log, lambda x: 1 / x, 1e-5),
        (lambda x: 3.0, lambda x: 0.0, 1.0),
        (lambda x: 1e8 + np.sin(x), np.cos, 0.3),
    ],
)
def test_difference_quotient(f, slope, x):
    with np.errstate(invalid="ignore"):
        value, error = difference_quotient(f, x)
    assert value == pytest.approx(slope(x), rel=1e-4, abs=1e-4)
    assert abs(value - slope(x)) <= 10 * error + 1e-9 * max(1, abs(slope(x)))


POINT = {"x": np.array([[0.5, -1.0], [2.0, 0.1]]), "s": np.array(0.7)}


def f(at):
    return float(np.sum(np.sin(at["x"]) * at["s"]) + at["s"] ** 3)


RIGHT = {"x": np.cos(POINT["x"]) * POINT["s"], "s": np.sum(np.sin(POINT["x"])) + 3 * POINT["s"] ** 2}


def test_right_gradients_agree():
    found = check_gradient(f, POINT, RIGHT)
    assert list(found) == ["x", "s"]
    assert all(a.disagreement < 1e-9 for a in found.values())
    assert [(a.checked, a.size, a.kinks) for a in found.values()] == [(4, 4, 0), (1, 1, 0)]


def test_a_wrong_element_is_found():
    wrong = RIGHT["x"].copy()
    wrong[1, 0] += 0.01
    found = check_gradient(f, POINT, {"x": wrong})["x"]
    assert found.disagreement == pytest.approx(0.01, rel=1e-3)
    assert found.worst == (1, 0)
    assert found.analytic - found.numeric == pytest.approx(0.01, rel=1e-3)


def test_nan_disagrees():
    assert check_gradient(f, POINT, {"s": np.array(np.nan)})["s"].disagreement == np.inf


def test_no_more_than_the_samples():
    calls = []

    def g(at):
        calls.append(1)
        return float(np.sum(at["x"] ** 2))

    x = np.linspace(-1, 1, 1000)
    found = check_gradient(g, {"x": x}, {"x": 2 * x}, samples=10)["x"]
    assert (found.checked, found.size) == (10, 1000)
    assert len(calls) <= 100
    assert found.disagreement < 1e-9


def test_kinks_are_left_out_and_counted():
    x = np.array([0.0, 1.0])
    found = check_gradient(lambda at: float(np.sum(np.sqrt(np.abs(at["x"])))), {"x": x}, {"x": [np.inf, 0.5]})["x"]
    assert found.checked == 1
    assert found.kinks == 1


def test_no_elements():
    found = check_gradient(lambda at: 1.0, {"x": np.zeros((0, 3))}, {"x": np.zeros((0, 3))})["x"]
    assert (found.disagreement, found.checked, found.worst) == (0, 0, None)
