"""`cond`: derivatives of branches at orders 1 and 2, in both modes, against differences and formulas."""

from __future__ import annotations

import numpy as np
import pytest

import graphc

HEAD = "input x: f64[3]\ninput s: f64\nvar w: f64[3] = [0.5, -0.3, 0.9]\n"
SMOOTH = {
    "one uses it": "if s > 0 { y = sum(sin(x) * w) * s } else { y = s ** 3 }",
    "both use it": "if s > 0 { y = sum(exp(x * s)) } else { y = sum(x ** 3) * cos(s) }",
    "two results": "if s > 0 { a = sin(x) * s; b = x } else { a = x * x; b = w * s * s }\ny = sum(a * b * b)",
    "captured result": "u = sum(tanh(x)) * s\nif s > 0 { y = u * u } else { y = exp(u) }",
    "nested": "if s > 0 { if s > 1 { y = sum(x ** 3) } else { y = s ** 4 } } else { y = sum(cos(x)) * s }",
    "expression": "y = sum(sin(x)) * s ** 2 if s > 0 else sum(x ** 3)",
    "with effects": 'if s > 0 { print("s", s); y = sum(x ** 3) * s } else { assert s < 9; y = s ** 2 + sum(x) }',
    "of state": "if s > 0 { w = w * x } else { w = x ** 2 }\ny = sum(w ** 2) * s\nw = [0.5, -0.3, 0.9]",
    "in a function": "fn f(t, r) {\n if r > 0 { return t * r }\n u = t ** 3\n return u - r\n}\n"
    "y = sum(f(x, s) * f(w * x, -s))",
    "in a map": "fn f(t) = t ** 3 * s if t > 0.2 else sin(t)\ny = sum(map(f, x))",
}
X = np.array([0.3, -1.2, 0.8])


def compiled(text):
    return graphc.loads(HEAD + text).compile()


@pytest.mark.parametrize("s", [0.7, 1.6, -0.4])
@pytest.mark.parametrize("text", SMOOTH.values(), ids=SMOOTH)
def test_first_derivatives(text, s, capsys):
    f = compiled(text + "\noutput y")
    g = compiled(text + '\noutput dx = grad(y, x, unused="zero")\noutput ds = grad(y, s, unused="zero")')
    v = np.array([0.4, -0.7, 1.1])
    t = compiled(text + '\noutput t = jvp(y, [x, s], [[0.4, -0.7, 1.1], 0.6], unused="zero")')
    value = lambda h: float(f(x=X + h * v, s=s + h * 0.6)["y"])  # noqa: E731
    h = 1e-6
    slope = (value(h) - value(-h)) / (2 * h)
    found = g(x=X, s=s)
    assert found["dx"] @ v + found["ds"] * 0.6 == pytest.approx(slope, rel=1e-7, abs=1e-8)
    assert float(t(x=X, s=s)["t"]) == pytest.approx(slope, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("s", [0.7, 1.6, -0.4])
@pytest.mark.parametrize("text", SMOOTH.values(), ids=SMOOTH)
def test_second_derivatives(text, s):
    g = compiled(text + '\noutput dx = grad(y, x, unused="zero")')
    h = 1e-6
    columns = [(g(x=X + h * e, s=s)["dx"] - g(x=X - h * e, s=s)["dx"]) / (2 * h) for e in np.eye(3)]
    hessian = compiled(text + "\noutput h = hessian(y, x)")(x=X, s=s)["h"]
    np.testing.assert_allclose(hessian, np.array(columns), rtol=1e-6, atol=1e-8)
    twice = text + '\ndx = grad(y, x, unused="zero")\noutput r = grad(sum(dx * w), x, unused="zero")'
    expected = np.array(columns).T @ [0.5, -0.3, 0.9]
    if text != SMOOTH["of state"]:
        np.testing.assert_allclose(compiled(twice)(x=X, s=s)["r"], expected, rtol=1e-6, atol=1e-8)


def test_only_the_branch_that_runs_counts():
    text = "y = sum(sqrt(x)) if s > 0 else sum(x)\noutput y\noutput dx = grad(y, x)\noutput h = hessian(y, x)"
    found = compiled(text)(x=np.array([0.0, -1.0, 4.0]), s=-1.0)
    assert found["y"] == 3.0
    assert found["dx"].tolist() == [1, 1, 1]
    assert found["h"].tolist() == np.zeros((3, 3)).tolist()
    assert np.isnan(compiled(text)(x=np.array([0.0, -1.0, 4.0]), s=1.0)["y"])


def test_masks_end_at_the_branch():
    text = "if s > 0 { r = sqrt(x) } else { r = x }\noutput y = sum(where(x > 0, r, 0))\noutput dx = grad(y, x)"
    assert compiled(text)(x=np.array([4.0, 1.0, 9.0]), s=1.0)["dx"] == pytest.approx([1 / 4, 1 / 2, 1 / 6])
    inside = "if s > 0 { y = sum(where(x > 0, sqrt(x), 0)) } else { y = sum(x) }\noutput dx = grad(y, x)"
    assert compiled(inside)(x=np.array([4.0, 0.0, -1.0]), s=1.0)["dx"].tolist() == [1 / 4, 0, 0]


def test_effects_happen_once(capsys):
    text = (
        'if s > 0 {\n if s > 1 { print("big", s); q = s * s } else { q = s }\n y = exp(q)\n} else { y = s }\n'
        "output y\noutput d = grad(y, s)\noutput h = hessian(y, s)"
    )
    found = compiled(text)(x=X, s=2.0)
    assert capsys.readouterr().out == "big 2.0\n"
    assert found["d"] == pytest.approx(4 * np.exp(4))
    assert found["h"] == pytest.approx((2 + 16) * np.exp(4))


def test_a_gradient_inside_a_branch_goes_on_outside():
    text = "u = x * x\nif s > 0 { v = sum(u ** 2); d = grad(v, x) } else { d = grad(sum(u), x) }\noutput d"
    assert compiled(text)(x=X, s=1.0)["d"] == pytest.approx(4 * X**3)
    assert compiled(text)(x=X, s=-1.0)["d"] == pytest.approx(2 * X)


def test_unused_in_both_branches_is_no_path():
    with pytest.raises(graphc.Diagnostics, match=r"does not depend|no derivative"):
        graphc.loads(HEAD + "if s > 0 { y = 2 * s } else { y = s }\noutput d = grad(y, x)")
