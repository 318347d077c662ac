"""Functions that call each other n deep: elaborated in steps that grow with n, and meaning what their bodies say."""

from __future__ import annotations

import math

import pytest

import graphc
from tests.frontend.test_scaling import steps

HEAD = "input x: f64 = 1.5\nvar w: f64 = 2.0\nc = 3.0\n"


def chain(n: int, body: str, first: str = "fn f0(v) = v + 1.0", last: str = "output y = f{n}(x)") -> str:
    """`first`, n functions that call the one before (`{j}`), and a call of the last."""
    lines = [body.replace("{i}", str(i)).replace("{j}", str(i - 1)) for i in range(1, n + 1)]
    return HEAD + "\n".join([first, *lines, last.replace("{n}", str(n))])


def globals_(n: int) -> str:
    """Each function reads a name of its own from outside."""
    return "".join(f"c{i} = 1.0 + {i}\n" for i in range(n + 1)) + chain(n, "fn f{i}(v) = f{j}(v) * c{i}")


def methods(n: int) -> str:
    lines = ["module M() {", "fn f0(v) = v + 1.0", *[f"fn f{i}(v) = f{i - 1}(v) * 1.001" for i in range(1, n + 1)], "}"]
    return HEAD + "\n".join([*lines, "m = M()", f"output y = m.f{n}(x)"])


def nested(n: int) -> str:
    """Each calls the one before through a function of its own."""
    return chain(n, "fn f{i}(v) { fn h(t) = f{j}(t) * 1.001\nreturn h(v) }")


KINDS = {
    "plain": lambda n: chain(n, "fn f{i}(v) = f{j}(v) * 1.001"),
    "a name from outside": lambda n: chain(n, "fn f{i}(v) = f{j}(v) * c"),
    "names from outside": globals_,
    "a variable": lambda n: chain(n, "fn f{i}(v) = f{j}(v) * w"),
    "an assignment": lambda n: chain(n, "fn f{i}(v) { assign(w, w + v); return f{j}(v) * w }"),
    "effects": lambda n: chain(n, 'fn f{i}(v) { print("v", v); return f{j}(v) * 2.0 }'),
    "several results": lambda n: chain(
        n,
        "fn f{i}(v) { a, b = f{j}(v); return b, a * 1.5 }",
        "fn f0(v) { return v, v + 1.0 }",
        "y, z = f{n}(x)\noutput y",
    ),
    "numbers": lambda n: chain(n, "fn f{i}(v, k=2) = f{j}(v, k) * 1.001", "fn f0(v, k) = v ** k"),
    "functions": lambda n: chain(n, "fn f{i}(g, v) = f{j}(g, v) * 1.5", "fn f0(g, v) = g(v)", "y = f{n}(sin, x)"),
    "rules": lambda n: chain(n, "fn f{i}(v) { return f{j}(v) * 1.5 } vjp (g) { return g }"),
    "a derivative inside": lambda n: chain(n, "fn f{i}(v) = f{j}(v) * 1.5", "fn f0(v) = grad(v * v, v)"),
    "two calls": lambda n: chain(n, "fn f{i}(v) = f{j}(v) + c", last="output y = f{n}(x) + f{n}(x * 2)"),
    "methods": methods,
    "nested": nested,
}


@pytest.mark.parametrize("kind", KINDS)
def test_steps_of_deep_calls(kind: str) -> None:
    small, large = (steps(KINDS[kind](n)) for n in (60, 120))
    assert large < 2.3 * small


def run(text: str) -> dict[str, float]:
    return {k: float(v) for k, v in graphc.loads(text).compile()().items()}


def test_values_of_deep_calls() -> None:
    assert run(KINDS["plain"](2400))["y"] == pytest.approx(2.5 * 1.001**2400, rel=1e-12)
    assert run(chain(300, "fn f{i}(v) = f{j}(v) * 1.001", last="output y = grad(f{n}(x) ** 2, x)"))[
        "y"
    ] == pytest.approx(2 * 2.5 * 1.001**600, rel=1e-12)


def test_a_derivative_of_a_call_inside_a_function() -> None:
    """The body looks at what it has computed by calls: they are opened, and names and values stay."""
    text = """
    input x: f64 = 0.7
    fn inner(v) { s = sin(v); return s * v, s }
    fn middle(v) { a, b = inner(v); return a + b }
    fn outer(v) { u = middle(v); before = inner(v); d = grad(u, v); return u, d, grad(before[0], v) }
    y, d, e = outer(x)
    output y
    output d
    output e
    """
    found, x = run(text), 0.7
    assert found["y"] == pytest.approx(math.sin(x) * x + math.sin(x))
    assert found["d"] == pytest.approx(math.cos(x) * x + math.sin(x) + math.cos(x))
    assert found["e"] == pytest.approx(math.cos(x) * x + math.sin(x))


def test_too_many_calls_are_refused_at_once() -> None:
    """2 ** 60 operations are counted, not made."""
    with pytest.raises(graphc.Diagnostics, match="E0904"):
        graphc.loads(chain(60, "fn f{i}(v) = f{j}(v) + f{j}(v * 2)"))
