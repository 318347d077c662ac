"""Functions that call themselves: allowed where sizes, or numbers known at compile time, come to an end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import graphc


def run(text: str, **feeds: Any) -> dict[str, Any]:
    return {k: np.asarray(v) for k, v in graphc.loads(text).compile()(**feeds).items()}


DET = """
input A: f64[4, 4]
fn minor(a, j) = concat([a[1:, :j], a[1:, j + 1:]], axis=1)
fn row(a, j) {
  if j == a.shape[1] { return 0.0 }
  return (1 - 2 * (j % 2)) * a[0, j] * determinant(minor(a, j)) + row(a, j + 1)
}
fn determinant(a) {
  if a.shape[0] == 1 { return a[0, 0] }
  return row(a, 0)
}
d = determinant(A)
output d
output g = grad(d, A)
"""


def test_a_determinant_by_minors() -> None:
    """Two functions that call each other; the gradient is the matrix of cofactors."""
    A = np.random.default_rng(0).normal(size=(4, 4))
    found = run(DET, A=A)
    assert found["d"] == pytest.approx(np.linalg.det(A))
    assert found["g"] == pytest.approx(np.linalg.det(A) * np.linalg.inv(A).T)


TREE = """
fn total(x) {
  if x.shape[0] == 1 { return x[0] }
  return total(x[:SIZE // 2]) + total(x[SIZE // 2:])
}
""".replace("SIZE", "x.shape[0]")


def test_a_sum_by_halves_in_both_modes() -> None:
    both = "output y\noutput g = grad(y, x)\noutput t = jvp(y, x, ones([16], dtype=f64))"
    text = f"input x: f64[16]\n{TREE}y = total(x ** 2)\n{both}"
    x = np.arange(16.0)
    found = run(text, x=x)
    assert (found["y"], found["t"]) == (np.sum(x**2), np.sum(2 * x))
    assert found["g"].tolist() == (2 * x).tolist()


def test_traces_of_halves_are_shared() -> None:
    """One trace per size: an FFT by halves has log n of them."""
    program = graphc.loads(f"input x: f64[256]\n{TREE}output y = total(x)")
    assert [t.signature for t in program.traces][:2] == ["total(x: f64[1])", "total(x: f64[2])"]
    assert len(program.traces) == 9


def test_powers_by_squaring() -> None:
    text = """
    input x: f64
    fn power(x, k) {
      if k == 0 { return 1.0 }
      if k % 2 == 1 { return x * power(x, k - 1) }
      return power(x, k // 2) ** 2
    }
    y = power(x, 13)
    output y
    output g = grad(grad(y, x), x)
    """
    found = run(text, x=1.1)
    assert found["y"] == pytest.approx(1.1**13)
    assert found["g"] == pytest.approx(13 * 12 * 1.1**11)


def test_a_function_that_is_passed_to_its_own_caller() -> None:
    text = "fn twice(f, x) = f(f(x))\nfn g(x) = twice(sin, x)\ninput x: f64\noutput y = twice(g, x)"
    assert run(text, x=0.5)["y"] == pytest.approx(math.sin(math.sin(math.sin(math.sin(0.5)))))


def test_closures_methods_and_rules() -> None:
    text = """
    input x: f64 = 2.0
    fn repeat(f, k, x) {
      if k == 0 { return x }
      fn again(t) = f(t) * 1.5
      return repeat(again, k - 1, f(x))
    }
    module M() {
      var w: f64 = 3.0
      fn down(x, k) { if k == 0 { return x } else { return down(x * w, k - 1) } }
    }
    fn ruled(x, k) { if k == 0 { return x }; return ruled(x, k - 1) * 2 } vjp (g) { return 10 * g, None }
    m = M()
    output a = repeat(sin, 3, x)
    output b = m.down(x, 4)
    output c = grad(ruled(x, 3), x)
    """
    found = run(text)
    first = math.sin(2.0)
    second = math.sin(first) * 1.5
    assert found["a"] == pytest.approx(math.sin(second) * 1.5 * 1.5)
    assert found["b"] == 2.0 * 3.0**4
    assert found["c"] == 10.0


DOWN = """
fn down(x, k) {{
  if k == 0 {{ return x }}
  return down(x, k - 1) * 1.01
}}
input x: f64 = 1.0
output y = down(x, {})
"""


def test_depth() -> None:
    assert run(DOWN.format(199))["y"] == pytest.approx(1.01**199)
    with pytest.raises(graphc.Diagnostics, match="down calls itself 200 levels deep"):
        graphc.loads(DOWN.format(200))


@pytest.mark.parametrize(
    "text",
    [
        "fn f(x) { if x > 1 { return f(x / 2) }; return x }\ninput x: f64\noutput y = f(x)",
        "fn a(x) = b(x) * 2\nfn b(x) = a(x + 1)\ninput x: f64\noutput y = a(x)",
        "fn f(x) = f(x)\noutput y = map(f, [1.0, 2.0])",
        "fn apply(f, x) = f(x)\nfn g(x) = apply(g, x)\ninput x: f64\noutput y = apply(g, x)",
    ],
    ids=["run-time condition", "mutual", "map", "through itself"],
)
def test_what_has_no_end_is_refused(text: str) -> None:
    with pytest.raises(graphc.Diagnostics, match="E0205"):
        graphc.loads(text)
