"""What a hand-written derivative reads from outside of its function is what the name means at the call."""

from __future__ import annotations

import pytest

import graphc

RULE = "fn f(x) { return x } vjp (g) { return g * w }\n"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (f"w = 2.0\n{RULE}y = f(x)\nw = 3.0\noutput d = grad(f(x), x)", 3.0),
        (f"w = 2.0\n{RULE}y = f(x)\nw = 3.0\noutput d = grad(y, x)", 2.0),
        (f"w = 2.0\n{RULE}y = f(x)\nw = 3.0\noutput d = grad(f(x) + y, x)", 5.0),
        (f"input u: f64 = 2.0\nw = u\n{RULE}y = f(x)\nw = w * w\noutput d = grad(f(f(x)), x)", 16.0),
        (f"w = 1.0\n{RULE}s = 0.0 * x\nfor i in range(3) {{ w = 2.0 * w; s = s + f(x) }}\noutput d = grad(s, x)", 14.0),
        ("w = 2.0\nfn h(x) { fn f(x) { return x } vjp (g) { return g * w }\n return f(x) }\n"
         "y = h(x)\nw = 3.0\noutput d = grad(h(x), x)", 3.0),
    ],
)  # fmt: skip
def test_values(program: str, expected: float) -> None:
    loaded = graphc.loads(f"input x: f64 = 1.0\n{program}\n")
    assert loaded.compile()()["d"] == expected
    assert loaded.run_eagerly()["d"] == expected
