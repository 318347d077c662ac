"""A hand-written derivative of a function that returns a tuple: one cotangent per result.

The right values are closed forms.  Rules that double the true derivative show that they are used at all.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import graphc
from tests.commands import graphc as command

POLAR = """fn polar(x, y) {
  return hypot(x, y), atan2(y, x)
} vjp (gr, gt) {
  r, t = result
  return gr * cos(t) - gt * sin(t) / r, gr * sin(t) + gt * cos(t) / r
}
input x: DTYPE = 3.0
input y: DTYPE = 4.0
r, t = polar(x, y)
"""
DOUBLED = """fn f(a, b) {
  return a * b, sin(a)
} vjp (p, s) { return 2 * (p * b + s * cos(a)), 2 * p * a }
input a: f64 = 0.5
input b: f64 = 2.0
"""


def values(program: str) -> dict[str, np.ndarray]:
    """The outputs of a run, which are those of an eager one, and of the printed program."""
    loaded = graphc.loads(program)
    found = loaded.compile()()
    eager = loaded.run_eagerly()
    for text in (str(loaded), str(loaded.optimised())):
        again = graphc.loads(text).compile()()
        assert {k: v.tobytes() for k, v in again.items()} == {k: v.tobytes() for k, v in found.items()}
    assert {k: v.tobytes() for k, v in eager.items()} == {k: v.tobytes() for k, v in found.items()}
    return found


T, A, B = math.atan2(4, 3), 0.5, 2.0


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("grad(r, x)", 0.6),
        ("grad(t, x)", -0.16),
        ("grad(t, y)", 0.12),
        ("grad(r ** 2 * t, x)", 6 * T - 4),
        ("grad(polar(x, y)[1], y)", 0.12),
        ("jvp(t, y, 1.0)", 0.12),
        ("jvp(r * t, x, 2.0)", 2 * (0.6 * T - 0.8)),
        ("grad(grad(t, x), y)", 7 / 625),
        ("hessian(r, x)", 16 / 125),
        ("hessian(t, [x, y])[0][1]", 7 / 625),
        ("hvp(t, [x, y], [1.0, 0.0])[1]", 7 / 625),
        ("grad(grad(grad(t, x), x), x)", 2 * 4 * (4**2 - 3 * 3**2) / 25**3),
        ("jacobian([r, t], x)[1]", -0.16),
    ],
)
def test_closed_forms(expression: str, expected: float, dtype: str) -> None:
    found = values(f"{POLAR.replace('DTYPE', dtype)}output d = {expression}\n")["d"]
    assert found.dtype == {"f32": np.float32, "f64": np.float64}[dtype]
    np.testing.assert_allclose(found, expected, rtol=1e-5 if dtype == "f32" else 1e-13)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("u, v = f(a, b)\noutput d = grad(u * v, a)", 2 * (B * math.sin(A) + A * B * math.cos(A))),
        ("u, v = f(a, b)\noutput d = grad(u, b)", 2 * A),
        ("u, v = f(a, b)\noutput d = grad(v, b, unused=\"zero\")", 0.0),
        ("output d = grad(f(a, b)[1], a)", 2 * math.cos(A)),
        ("s = 0.0\nfor i in range(3) { u, v = f(a, b); s = s + u + v }\noutput d = grad(s, a)", 6 * (B + math.cos(A))),
        ("fn g(v) { p, q = f(v, b); return p + q }\noutput d = grad(sum(map(g, [a, a])), a)", 4 * (B + math.cos(A))),
        ("fn g(c, v) { p, q = f(c, v); return p, q }\nz, zs = scan(g, a, [b, b])\noutput d = grad(z, a)", 4 * B**2),
        ("y = a\nif a > 0 { y, q = f(a, b) } else { y = b }\noutput d = grad(y, a)", 2 * B),
        ("fn g(v) { p, q = f(v, b); return p * q }\noutput d = grad(checkpoint(g)(a), a)",
         2 * (B * math.sin(A) + A * B * math.cos(A))),
        ("module M() { fn call(v) { return v, v ** 2 } vjp (g, h) { return 3 * g + 5 * h } }\nm = M()\np, q = m(a)\n"
         "output d = grad(p + q, a)", 8.0),
        ("fn one(v) { return v, 7, \"text\" } vjp (g, h, k) { n = 0 if h == None else 1; return g * (4 + n) }\n"
         "output d = grad(one(a)[0], a)", 4.0),
        ("fn same(v) { return v, v } vjp (g, h) { return g + 10 * h }\np, q = same(a)\n"
         "output d = grad(p + q, a)", 11.0),
        ("fn weak(v) { return 2.0 * v, 1.5 } vjp (g, h) { return 7 * g }\noutput d = grad(weak(a)[0], a)", 7.0),
        ("fn rule(g, h, p, q, v) = 9 * g + h\np, q = with_vjp(rule, (sin(a), cos(a)), a)\n"
         "output d = grad(p + q, a)", 10.0),
    ],
)  # fmt: skip
def test_where_it_is_called(program: str, expected: float) -> None:
    np.testing.assert_allclose(values(f"{DOUBLED}{program}\n")["d"], expected, rtol=1e-14)


def test_a_result_without_a_cotangent_passes_through() -> None:
    program = """fn best(x) { i = argmax(x); return x[i], i } vjp (g, none) {
  return where(arange(x.shape[0]) == result[1], g, 0)
}
input x: f32[n] = [1.0, 5.0, 2.0]
v, i = best(x)
output i
output d = grad(3 * v, x)
"""
    found = values(program)
    assert (found["i"], found["i"].dtype) == (1, np.int64)
    np.testing.assert_array_equal(found["d"], [0, 3, 0])


def test_backward_from_each_result() -> None:
    program = (
        f"{DOUBLED}var w: f64 = 0.5\nu, v = f(w, b)\nbackward(v, retain_graph=true)\nbackward(u)\noutput d = w.grad\n"
    )
    np.testing.assert_allclose(values(program)["d"], 2 * (math.cos(A) + B), rtol=1e-14)


def test_a_printed_gradient_is_the_program_that_was_run(tmp_path: object) -> None:
    path = f"{tmp_path}/p.g"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{DOUBLED}u, v = f(a, b)\noutput y = u * v\n")
    direct = command("grad", path, "--wrt", "a,b", "--run")
    printed = command("grad", path, "--wrt", "a,b")
    assert (direct.status, printed.status) == (0, 0)
    piped = command("run", "-", stdin=printed.stdout)
    assert piped.stdout == direct.stdout


@pytest.mark.parametrize(
    ("head", "body", "message", "hint"),
    [
        ("vjp (g)", "return sin(x), cos(x)", "each of the 2 results, not 1", "vjp (g0, g1)"),
        ("vjp (g, h, k)", "return sin(x), cos(x)", "each of the 2 results, not 3", "vjp (g0, g1)"),
        ("vjp ()", "return sin(x), cos(x)", "each of the 2 results, not 0", "vjp (g0, g1)"),
        ("vjp (g, h)", "return sin(x)", "one parameter", "vjp (g)"),
        ("vjp (g, h)", "return 1, None", "none of the 2 results is a float", ""),
        ("vjp (g, h)", "return x, (x, x)", "not a tuple in a tuple", ""),
    ],
)
def test_refused(head: str, body: str, message: str, hint: str) -> None:
    program = f"fn f(x) {{ {body} }} {head} {{ return 1.0 }}\ninput a: f64 = 1.0\ny = f(a)\noutput a\n"
    with pytest.raises(graphc.Diagnostics) as caught:
        graphc.loads(program)
    (error,) = caught.value.items
    assert error.code == "E0405"
    assert message in error.message
    assert hint in (error.hint or "")
