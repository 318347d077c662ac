"""Derivatives of high order: their values, against closed forms and mpmath, and how their graphs grow."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import graphc
from graphc import driver
from graphc.autodiff import gradient, jvp
from graphc.ir.builder import Builder
from graphc.ir.graph import reachable
from graphc.source import Source
from tests.commands import graphc as command

FUNCTIONS = {
    "sin(x) ** 3": lambda x: mpmath.sin(x) ** 3,
    "exp(sin(x))": lambda x: mpmath.exp(mpmath.sin(x)),
    "log(1 + x ** 2)": lambda x: mpmath.log(1 + x**2),
    "1 / (1 + x * x)": lambda x: 1 / (1 + x * x),
    "tanh(x)": mpmath.tanh,
    "sqrt(1 + x ** 2)": lambda x: mpmath.sqrt(1 + x**2),
    "x ** x": lambda x: x**x,
    "sigmoid(2 * x)": lambda x: 1 / (1 + mpmath.exp(-2 * x)),
    "x * exp(-x * x)": lambda x: x * mpmath.exp(-x * x),
    "atan(x)": mpmath.atan,
    "x ** 5 - 3 * x ** 4": lambda x: x**5 - 3 * x**4,
    "where(x > 0, sqrt(abs(x)), x)": mpmath.sqrt,
    "erf(x) * cos(x)": lambda x: mpmath.erf(x) * mpmath.cos(x),
}


def nested(derivative: str, order: int, f: str = "f") -> str:
    """`grad(grad(f, x), x)`, with what is written for grad."""
    for _ in range(order):
        f = derivative.format(f)
    return f


def program(expression: str, order: int, derivative: str = "grad({}, x)") -> str:
    return f"input x: f64 = 0.5\nf = {expression}\noutput y = {nested(derivative, order)}\n"


def value(text: str) -> float:
    return float(graphc.loads(text).compile()()["y"])


@pytest.mark.parametrize("expression", FUNCTIONS)
def test_values_to_order_8(expression: str) -> None:
    with mpmath.workdps(60):
        series = mpmath.taylor(FUNCTIONS[expression], mpmath.mpf("0.5"), 8)
        right = [float(c * mpmath.factorial(k)) for k, c in enumerate(series)]
    for order in (3, 4, 5, 8):
        if expression.startswith("x ** 5") and order > 5:
            continue  # no path
        scale = max(abs(right[order]), 1e-3 * max(map(abs, right[: order + 1])))
        assert value(program(expression, order)) == pytest.approx(right[order], abs=1e-11 * scale), order


def test_order_16_against_the_closed_form(tmp_path: object) -> None:
    """sin(x) ** 3 = (3 sin(x) - sin(3 x)) / 4."""
    path = f"{tmp_path}/p.g"
    with open(path, "w", encoding="utf-8") as file:
        file.write("input x: f64 = 0.5\noutput y = sin(x) ** 3\n")
    said = command("grad", path, "--wrt", "x", "--order", "16", "--run")
    found = [float(line.partition(" = ")[2]) for line in said.stdout.splitlines()]
    assert len(found) == 17
    for k, number in enumerate(found):
        turned = k * math.pi / 2
        right = (3 * math.sin(0.5 + turned) - 3.0**k * math.sin(1.5 + turned)) / 4
        assert number == pytest.approx(right, rel=1e-9), k
    printed = command("grad", path, "--wrt", "x", "--order", "16")
    assert command("run", "-", stdin=printed.stdout).stdout == said.stdout


@pytest.mark.parametrize("derivative", ["jvp({}, x, 1.0)", "jacobian({}, x)", "hessian({}, x)"])
def test_the_other_ways_to_ask(derivative: str) -> None:
    order = 6
    text = program("exp(sin(x))", order // 2 if "hessian" in derivative else order, derivative)
    assert value(text) == pytest.approx(value(program("exp(sin(x))", order)), rel=1e-12)


def test_a_tangent_that_is_no_one() -> None:
    assert value(program("sin(x)", 5, "jvp({}, x, 2.0)")) == pytest.approx(32 * math.cos(0.5), rel=1e-13)


def test_two_variables_by_turns() -> None:
    """exp(a * b): the sixth derivative, three times by each."""
    by = ["a", "b"] * 3
    f = "f"
    for x in by:
        f = f"grad({f}, {x})"
    found = value(f"input a: f64 = 0.5\ninput b: f64 = 0.7\nf = exp(a * b)\noutput y = {f}\n")
    with mpmath.workdps(40):
        right = mpmath.diff(lambda a, b: mpmath.exp(a * b), (mpmath.mpf(0.5), mpmath.mpf(0.7)), (3, 3))
    assert found == pytest.approx(float(right), rel=1e-12)


def test_a_value_in_a_function_and_in_a_branch() -> None:
    text = (
        "fn d(v) = grad(grad(grad(grad(sin(v) ** 3, v), v), v), v)\n"
        "input x: f64 = 0.5\nif x > 0 { z = d(x) } else { z = x }\noutput y = z + 0 * d(x)\n"
    )
    assert value(text) == pytest.approx((3 * math.sin(0.5) - 81 * math.sin(1.5)) / 4, rel=1e-12)


def test_each_derivative_keeps_its_name() -> None:
    """A derivative that is another one, plus a constant."""
    text = (
        "input x: f64 = 0.5\nu = exp(2 * x)\na = grad(grad(grad(u, x), x), x)\nb = grad(grad(grad(u, x), x) + 5, x)\n"
    )
    loaded = graphc.loads(f"{text}c = a\noutput a\noutput b\noutput c\n")
    found = loaded.compile()()
    for name in "abc":
        assert found[name] == pytest.approx(8 * math.e, rel=1e-14)
    assert {k: v.tobytes() for k, v in graphc.loads(str(loaded)).compile()().items()} == {
        k: v.tobytes() for k, v in found.items()
    }


def test_a_kink_to_the_third_order() -> None:
    """What `where` leaves out is zero by structure, forwards too."""
    for x in (-1.0, 0.0):
        text = program("where(x > 0, x ** 2.5, 0)", 4).replace("0.5", str(x), 1)
        assert value(text) == 0


# ---------------------------------------------------------------- growth


def counts(expression: str, order: int) -> list[int]:
    """The nodes that the derivatives of each order need."""
    graph = driver.compile_source(Source("p.g", f"input x: f64\noutput y = {expression}\n"), driver.Options()).graph
    b = Builder(driver.CATALOGUE, graph.default_float)
    b.nodes = list(graph.nodes)
    x, y = graph.inputs()[0].results[0], graph.outputs[0].value
    found = []
    for _ in range(order):
        (derived,) = gradient(b, [y], [x], [None])
        assert derived is not None
        y = derived
        found.append(len(reachable([y])))
    return found


@pytest.mark.parametrize("expression", [f for f in FUNCTIONS if f not in ("x ** x", "x ** 5 - 3 * x ** 4")])
def test_graphs_grow_like_a_power(expression: str) -> None:
    """From order 8 to 16 by less than 2 ** 5; exponentially, 2.5 times an order, it would be 1,500 times."""
    found = counts(expression, 16)
    assert found[15] < 32 * found[7]
    assert found[15] < 60_000


def test_tangents_grow_like_a_power() -> None:
    graph = driver.compile_source(Source("p.g", "input x: f64\noutput y = sin(x) ** 3\n"), driver.Options()).graph
    b = Builder(driver.CATALOGUE, graph.default_float)
    b.nodes = list(graph.nodes)
    x, y = graph.inputs()[0].results[0], graph.outputs[0].value
    for _ in range(16):
        (tangent,) = jvp(b, [y], [x], [b.number(1, x.type.dtype)])
        assert tangent is not None
        y = tangent
    assert len(reachable([y])) < 10_000


@pytest.mark.parametrize(
    "text",
    [
        "input x: f64 = 0.5\ny = x\nfor i in range(3) { y = sin(y) * x }\noutput y\n",
        "input x: f64[3] = [0.5, 0.2, 0.1]\noutput y = sum(sin(x) ** 3)\n",
        "input x: f64 = 0.5\noutput y = x ** x\n",
    ],
    ids=["a loop", "a vector", "a power"],
)
def test_what_would_be_too_large_is_refused_at_once(text: str, tmp_path: object) -> None:
    path = f"{tmp_path}/p.g"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    said = command("grad", path, "--wrt", "x", "--order", "16")
    assert said.status == 1
    assert "error[E0904]: the derivative of order 16 would have more than 1,048,576 operations" in said.stderr
    assert "= hint: --order " in said.stderr


def test_the_first_two_orders_are_the_reverse_sweeps() -> None:
    text = "input x: f64[n]\nw = sum(x ** 3)\noutput g = grad(w, x)\n"
    assert "jvp" not in str(graphc.loads(text))
    np.testing.assert_allclose(graphc.loads(text).compile()(x=np.array([1.0, 2.0]))["g"], [3, 12])
