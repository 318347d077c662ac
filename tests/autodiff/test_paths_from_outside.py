"""Derivatives in loops and functions: right, or refused, when what they are given depends on what they are by.

The figures are derivatives by hand.
"""

from __future__ import annotations

import math

import pytest

import graphc
from tests.running import compiled, outputs


def refused(text: str) -> set[str]:
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.loads(text)
    return {d.code for d in raised.value.items}


def test_a_call_of_a_trace_follows_what_a_capture_means_now():
    text = """
        input a: f32
        k = a * a
        fn f() = grad(k * a, a)
        output u = f()
        k = exp(a)
        output v = f()
        k = 2.0
        output w = f()
        k = stop_grad(a)
        output x = f()
        k = a
        output y = f()
    """
    found = outputs(compiled(text), a=3.0)
    expected = {"u": 3 * 9.0, "v": math.exp(3) * 4, "w": 2.0, "x": 3.0, "y": 6.0}
    assert {k: float(v) for k, v in found.items()} == pytest.approx(expected, rel=1e-6)


def test_derivatives_by_what_the_iteration_has():
    text = """
        input a: f32
        p = a
        for i in range(3) { p -= 0.1 * grad(p ** 2, p) }
        h = a
        total = 0.0
        for i in range(3) { h = h * 2; q = h * 3; total += grad(q ** 2 * h, q) }
        c = 0.0
        d = 5.0
        for i in range(3) { c += grad(d * a, a); d = d + 1 }
        e = 0.0
        s = a
        for i in range(2) { e += grad(stop_grad(s) * a, a); s = s * 2 }
        output p
        output total
        output c
        output e
    """
    found = outputs(compiled(text), a=2.0)
    h = [4.0, 8.0, 16.0]
    expected = {"p": 2 * 0.8**3, "total": sum(2 * 3 * v * v for v in h), "c": 18.0, "e": 2.0 + 4.0}
    assert {k: float(v) for k, v in found.items()} == pytest.approx(expected, rel=1e-6)


def test_a_parameter_is_a_value_of_its_own():
    """By a parameter, the others stand still: a function differentiates what it computes."""
    text = """
        input a: f32
        fn f(x, y) = grad(x * y, x)
        output u = f(a, a * a)
        fn walk(w) {
          for i in range(2) { w -= grad(w ** 2 / 4, w) }
          return w
        }
        output v = walk(a)
    """
    assert outputs(compiled(text), a=2.0) == {"u": 4, "v": 0.5}


@pytest.mark.parametrize(
    "body",
    [
        "s = a\nfor i in range(2) { g = grad(s * a, a); s = s + 1 }",
        "s = 1.0\nfor i in range(2) { g = grad(s * a, a); s = s * a }",
        "s = 1.0\nt = a\nfor i in range(2) { g = grad(s * a, a); s = t; t = t + 1 }",
        "s = a\nfor i in range(2) { for j in range(2) { g = grad(s * a, a) }; s = s + 1 }",
        "s = a\nfor i in range(2) { if a > 0 { g = grad(s * a, a); print(g) }; s = s + 1 }",
        "s = a\nfor i in range(2) { g = jvp(s * a, a, 1.0); s = s + 1 }",
        "s = a\nfor i in range(2) { g = hvp(s * a ** 2, a, 1.0); s = s + 1 }",
        "s = a\nfor i in range(2) { g = jacobian(s * a, a); s = s + 1 }",
        "s = a\nfor i in range(2) { g = hessian(s * a ** 2, a); s = s + 1 }",
        "s = a\nfor i in range(2) { g = grad(s, a); s = s + 1 }",
        's = a\nfor i in range(2) { g = grad(s, a, unused="zero"); s = s + 1 }',
        "for r in [a, 2 * a] * 1.0 { g = grad(r * a, a); print(g) }",
        "i = 0\ns = a\nwhile i < 3 { g = grad(s * a, a); s = s * 2; i += 1 }",
        "i = 0\ns = a\nwhile grad(s * a, a) < 9 { s = s * 2; i += 1 }",
        "fn f(t) = grad(t * a, a)\ng = f(2 * a)",
        "fn f(t) = grad(t * a, a)\nfn h(t) = f(t + 1)\ng = h(1.0)\nv = h(a)",
        "fn f(t) = grad(t * a, a)\ns = a\nfor i in range(2) { g = f(s); s = s + 1 }",
        "fn f(t) { u = t; g = 0.0\nfor i in range(2) { g = grad(u * a, a); u = u * 2 }\nreturn g }\ng = f(a)",
        "fn f(t) = grad(t * a, a)\nm = map(f, [a, a] * 2)",
    ],
)
def test_refused(body):
    assert refused(f"input a: f32\n{body}\noutput done = a") == {"E0415"}


def test_refused_eagerly_too(tmp_path):
    path = tmp_path / "s.g"
    path.write_text("input a: f32 = 1.0\ns = a\nfor i in range(2) { print(grad(s * a, a)); s = s + 1 }\n")
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.load(path).run_eagerly()
    assert [d.code for d in raised.value.items] == ["E0415"]
