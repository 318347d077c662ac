"""A kink that a square smooths has the second derivative of the smooth function, in every mode and spelling."""

from __future__ import annotations

import numpy as np
import pytest

import graphc

I2 = np.eye(2)
SPREAD = np.array([[0.5, -0.5], [-0.5, 0.5]])  # the Hessian of the variance of two numbers

# y, its Hessian at x = 0, by hand
SMOOTH = {
    "norm(x) ** 2": 2 * I2,
    "norm(x) * norm(x)": 2 * I2,
    "norm(x) ** 2.0": 2 * I2,
    "0.5 * norm(x) ** 2 / 3": I2 / 3,
    "-norm(x) ** 2": -2 * I2,
    "(2 * norm(x)) ** 2": 8 * I2,
    "norm(x) * (1.5 * norm(x))": 3 * I2,
    "norm(3 * x) ** 2": 18 * I2,
    "norm(x - x[0]) ** 2": np.array([[2, -2], [-2, 2]]),
    "norm(x) ** 3": 0 * I2,
    "norm(x) ** 4": 0 * I2,
    "norm(x) ** 2 - norm(x) ** 4": 2 * I2,
    "exp(-0.5 * norm(x) ** 2)": -I2,
    "sqrt(1 + norm(x) ** 2)": I2,
    "sum((norm(x) * [1.0, 2.0]) ** 2)": 10 * I2,
    "sum(norm(x[:, None], axis=1) ** 2)": 2 * I2,
    "sum(norm(x[:, None], axis=1, keepdims=true) ** 2)": 2 * I2,
    "dot(norm(x[:, None], axis=1), norm(x[:, None], axis=1))": 2 * I2,
    "sum(abs(x) ** 2)": 2 * I2,
    "sum(abs(x) * abs(x))": 2 * I2,
    "mean(abs(2 * x) ** 2.0)": 4 * I2,
    "sum(abs(x) ** 3)": 0 * I2,
    "sum(abs(x) ** 2.5)": 0 * I2,
    "sum(cosh(3 * abs(x)))": 9 * I2,
    "sum(abs(x) ** 4)": 0 * I2,
    "hypot(x[0], x[1]) ** 2": 2 * I2,
    "hypot(x[0], x[1]) ** 4": 0 * I2,
    "std(x) ** 2": SPREAD,
    "std(x) * std(x)": SPREAD,
    "std(x, correction=1) ** 2": 2 * SPREAD,
    "huber(norm(x))": I2,
    "losses.huber(x, [0.0, 0.0])": I2 / 2,
}

PROGRAM = """import losses
input x: f64[2] = [0, 0]
input v: f64[2] = [1, 2]
input w: f64[2] = [3, -1]
fn huber(r) = where(r < 1, 0.5 * r ** 2, r - 0.5)
y = {y}
output whole = hessian(y, x)
output rows = jacobian(grad(y, x), x)
output columns = jacobian(jacobian(y, x), x)
output product = hvp(y, x, v)
output twice_back = grad(sum(grad(y, x) * v), x)
output forward_back = jvp(grad(y, x), x, v)
output back_forward = grad(jvp(y, x, v), x)
output twice_forward = jvp(jvp(y, x, v), x, w)
"""


@pytest.mark.parametrize("y", SMOOTH)
def test_second_derivatives_at_the_kink(y: str) -> None:
    hessian, v, w = SMOOTH[y], np.array([1.0, 2.0]), np.array([3.0, -1.0])
    program = graphc.loads(PROGRAM.format(y=y))
    found = program.compile()()
    for name, value in found.items():
        expected = w @ hessian @ v if name == "twice_forward" else hessian
        expected = hessian @ v if np.ndim(value) == 1 else expected
        np.testing.assert_allclose(value, expected, rtol=1e-15, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("p", ["1", "1.5", "2", "2.0", "2.5", "3", "4", "0.5"])
def test_gradients_of_p_norms_at_the_origin(p: str) -> None:
    """That of `abs` is 0 at 0, whatever arrives there."""
    text = f"input x: f64[3] = [0, 0, 0]\np = {p}\noutput g = grad(sum(abs(x) ** p) ** (1 / p), x)"
    assert graphc.loads(text).compile()()["g"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("power", ["1.5", "1.1", "1.9"])
def test_second_derivatives_that_are_infinite(power: str) -> None:
    text = f"""input x: f64 = 0.0
    y = abs(x) ** {power}
    output a = grad(grad(y, x), x); output b = hvp(y, x, 1.0); output c = hessian(y, x)
    output d = jvp(jvp(y, x, 1.0), x, 1.0); output e = grad(jvp(y, x, 1.0), x); output g = grad(y, x)"""
    found = graphc.loads(text).compile()()
    assert found.pop("g") == 0
    assert set(map(float, found.values())) == {np.inf}


@pytest.mark.parametrize("y", ["sqrt(norm(x))", "sqrt(hypot(x[0], x[1]))", "sqrt(std(x))", "norm(x) ** 0.25"])
def test_a_norm_passes_no_infinite_slope_at_the_origin(y: str) -> None:
    text = f"input x: f64[2] = [0, 0]\ny = {y}\noutput g = grad(y, x); output t = jvp(y, x, [1.0, 2.0])"
    found = graphc.loads(text).compile()()
    assert found["g"].tolist() == [0, 0]
    assert found["t"] == 0


def test_away_from_the_kink_nothing_changes() -> None:
    """The Hessian of (x**2 + z**2)**2 at (3, 4), by hand, and a quotient that is no product."""
    text = """input x: f64[2] = [3, 4]
    output h = hessian(norm(x) ** 4, x)
    output q = hessian(norm(x) ** 2 / norm(x), x)"""
    found = graphc.loads(text).compile()()
    np.testing.assert_allclose(found["h"], [[4 * 25 + 8 * 9, 8 * 12], [8 * 12, 4 * 25 + 8 * 16]], rtol=1e-14)
    np.testing.assert_allclose(found["q"], np.array([[16, -12], [-12, 9]]) / 125, rtol=1e-13)


def test_a_condition_of_the_program_is_no_convention_of_a_kink() -> None:
    """What `where` leaves out stays out when a product loses its kink."""
    text = """input x: f64[2] = [0, 0]
    y = where(x[0] > 0, norm(x), 0)
    output g = jvp(jvp(y ** 2, x, [1.0, 1.0]), x, [1.0, 1.0])
    output h = hessian(y ** 2, x)"""
    found = graphc.loads(text).compile()()
    assert not found["g"].any()
    assert not found["h"].any()
