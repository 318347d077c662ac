"""Three levels of derivative, as a gradient program and as nested derivatives, against mpmath and by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from running import compiled, derivative, outputs

POINTS = [-3.0, -1.5, -0.7, -0.1, 0.0, 0.1, 0.5, 1.0, 2.5, 5.0]
POSITIVE = [0.1, 0.5, 1.0, 2.5, 5.0, 40.0]

# expression, the same in mpmath, points
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "tanh(x)": (mpmath.tanh, POINTS),
    "exp(x)": (mpmath.exp, POINTS),
    "exp(-x ** 2)": (lambda x: mpmath.exp(-(x**2)), POINTS),
    "log(x)": (mpmath.log, POSITIVE),
    "log(1 + x ** 2)": (lambda x: mpmath.log(1 + x**2), POINTS),
    "sqrt(x)": (mpmath.sqrt, POSITIVE),
    "1 / x": (lambda x: 1 / x, POSITIVE),
    "x ** 2.5": (lambda x: x ** mpmath.mpf(2.5), POSITIVE),
    "x ** x": (lambda x: x**x, POSITIVE[:-1]),
    "sin(x) * exp(x)": (lambda x: mpmath.sin(x) * mpmath.exp(x), POINTS),
    "sigmoid(x)": (lambda x: 1 / (1 + mpmath.exp(-x)), POINTS),
    "softplus(x)": (lambda x: mpmath.log(1 + mpmath.exp(x)), POINTS),
    "atan(x)": (mpmath.atan, POINTS),
    "erf(x)": (mpmath.erf, POINTS),
    "lgamma(x)": (mpmath.loggamma, POSITIVE),
    "x * tanh(x) / (1 + x ** 2)": (lambda x: x * mpmath.tanh(x) / (1 + x**2), POINTS),
    "cosh(x)": (mpmath.cosh, POINTS),
}

NESTED = """
input x: f64[n]
y = {y}
output first = grad(y, x)
output second = grad(first, x)
output third = grad(second, x)
output forward = jvp(jvp(jvp(y, x, ones([n])), x, ones([n])), x, ones([n]))
output mixed = jvp(grad(jvp(y, x, ones([n])), x), x, ones([n]))
"""


@pytest.mark.parametrize("y", FUNCTIONS)
def test_three_orders(y: str) -> None:
    function, points = FUNCTIONS[y]
    with mpmath.workprec(400):
        exact = [np.array([float(mpmath.diff(function, mpmath.mpf(p), k)) for p in points]) for k in (1, 2, 3)]
    x = np.array(points)
    nested = outputs(compiled(NESTED.format(y=y)), x=x)
    printed = outputs(derivative(f"input x: f64[n]\noutput y = {y}\n", ["x"], 3), x=x)
    for names, expected in zip(
        [("first", "dy_dx"), ("second", "d2y_dx2"), ("third", "d3y_dx3", "forward", "mixed")], exact, strict=True
    ):
        for name in names:
            scale = np.abs(expected) + 1e-3 * np.max(np.abs(expected))  # beside its zeros
            found = {**nested, **printed}[name]
            found = found if found.ndim == 1 else found[(np.arange(len(x)),) * found.ndim]  # of each element by itself
            error = np.abs(found - expected) / scale
            assert error.max() < 1e-12, (name, error)


def test_tanh_saturates_without_nan() -> None:
    """Far out all derivatives are 0, also where exp overflows."""
    x = np.array([-1e4, -800.0, 30.0, 1e300, np.inf])
    found = outputs(derivative("input x: f64[n]\noutput y = tanh(x)\n", ["x"], 3), x=x)
    for name in ("dy_dx", "d2y_dx2", "d3y_dx3"):
        assert np.abs(found[name]).max() < 1e-12


def test_polynomials_are_exact() -> None:
    """x^3 - 2 x^2 + 5 x - 7 -> 3 x^2 - 4 x + 5 -> 6 x - 4 -> 6."""
    x = np.arange(-4.0, 5.0)
    y = "x ** 3 - 2 * x ** 2 + 5 * x - 7"
    found = outputs(derivative(f"input x: f64[n]\noutput y = {y}\n", ["x"], 3), x=x)
    assert found["dy_dx"].tolist() == (3 * x**2 - 4 * x + 5).tolist()
    np.testing.assert_array_equal(found["d2y_dx2"], np.diag(6 * x - 4))
    assert np.einsum("iii->i", found["d3y_dx3"]).tolist() == [6.0] * 9
    assert np.count_nonzero(found["d3y_dx3"]) == 9


@pytest.mark.parametrize("k", range(6))
@pytest.mark.parametrize("written", ["x ** {k}", "x ** z", "x ** {k}.0"])
def test_powers_at_zero(k: int, written: str) -> None:
    """The derivative of order j of x ** k at 0 is k! for j = k, else 0; no 0 * inf on the way."""
    y = written.format(k=k)
    levels = ["y", "d1", "d2", "d3", "d4"]
    program = f"input x: f64\ninput z: f64\ny = {y} + 0 * x\n"
    for before, after in pairwise(levels):
        program += f'{after} = grad({before}, x, unused="zero")\noutput {after}\n'
    for passes in (True, False):
        found = outputs(compiled(program), passes=passes, x=0.0, z=float(k))
        expected = [float(mpmath.factorial(k)) if j == k else 0.0 for j in range(1, 5)]
        assert [float(found[name]) for name in levels[1:]] == expected


def test_three_variables() -> None:
    """d3/dx dy dz of x^2 y^3 z is 2 x * 3 y^2."""
    text = (
        "input x: f64\ninput y: f64\ninput z: f64\nf = x ** 2 * y ** 3 * z\noutput d = grad(grad(grad(f, x), y), z)\n"
    )
    assert outputs(compiled(text), x=3.0, y=2.0, z=5.0) == {"d": 2 * 3 * 3 * 4}


def test_the_gradient_of_a_hessian() -> None:
    """f = sum(x^3)/6 has the Hessian diag(x), and sum(H * W) the gradient diag(W)."""
    text = "input x: f64[n]\ninput W: f64[n, n]\nH = hessian(sum(x ** 3) / 6, x)\n"
    text += "output H\noutput d = grad(sum(H * W), x)\n"
    x, w = np.array([1.0, -2.0, 0.0]), np.arange(9.0).reshape(3, 3)
    found = outputs(compiled(text), x=x, W=w)
    assert found["H"].tolist() == np.diag(x).tolist()
    assert found["d"].tolist() == [0.0, 4.0, 8.0]
