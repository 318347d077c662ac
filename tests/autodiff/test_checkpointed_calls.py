"""`checkpoint(f)`: the same values and derivatives as f, from less memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import graphc
from tests.running import compiled, outputs

TEXT = """
    input x: f64[n]
    var calls: i64 = 0
    k = 0.5
    fn block(a, b) {{
      calls_so_far = calls + 1
      assign(calls, calls_so_far)
      s = sin(a) * k + normal([1])
      return tanh(s * b), s
    }}
    y, s = {block}(x, x * 2)
    z, t = {block}(y, s)
    loss = sum(z * t) + y[0]
    output loss
    output dx = grad(loss, x)
    output h = hessian(loss, x)
    output tangent = jvp(loss, x, ones([n], dtype=f64))
    output count = calls
"""


def test_the_same_as_without():
    x = np.array([0.3, -1.2, 2.0])
    plain = outputs(compiled(TEXT.format(block="block")), x=x)
    kept = outputs(compiled(TEXT.format(block="checkpoint(block)")), x=x)
    assert plain.keys() == kept.keys()
    for name in ("dx", "h", "tangent", "loss", "count"):
        assert kept[name].shape == plain[name].shape
    assert kept["count"] == 2
    fixed = TEXT.replace("+ normal([1])", "")
    plain = outputs(compiled(fixed.format(block="block")), x=x)
    kept = outputs(compiled(fixed.format(block="checkpoint(block)")), x=x)
    for name, value in plain.items():
        assert kept[name] == pytest.approx(value, rel=1e-13, abs=1e-13)


def test_random_numbers_are_drawn_once():
    """The derivative sees the numbers that the value saw: d(x * r)/dx = r."""
    text = """
        input x: f64
        fn noisy(a) = a * normal([])
        y = checkpoint(noisy)(x)
        output y
        output dx = grad(y, x)
    """
    found = outputs(compiled(text), x=3.0)
    assert found["y"] == pytest.approx(3 * found["dx"])


def test_where_functions_are_taken():
    text = """
        input X: f64[n]
        fn f(a) = exp(sin(a))
        fn step(c, a) = c * 0.5 + f(a), c
        output m = map(checkpoint(f), X)
        output twice = checkpoint(checkpoint(f))(X)
        last, cs = scan(checkpoint(step), 0.0, X)
        output last
        output cs
        fn shout(a) { print("a", sum(a)) }
        checkpoint(shout)(X)
    """
    x = np.array([0.1, 0.2, 0.4])
    found = outputs(compiled(text), X=x)
    f = np.exp(np.sin(x))
    c = [0.0, f[0], f[0] / 2 + f[1]]
    assert found["m"] == pytest.approx(f)
    assert found["twice"] == pytest.approx(f)
    assert found["cs"] == pytest.approx(c)
    assert found["last"] == pytest.approx(c[2] / 2 + f[2])


def peak(block: str) -> float:
    """Of value and gradient of 20 blocks of 10 steps, in arrays like x."""
    steps = "\n".join("  a = sin(a) * 1.1" for _ in range(10))
    calls = "\n".join(f"x{i + 1} = {block}(x{i})" for i in range(20))
    text = (
        f"input x0: f64[n]\nfn f(a) {{\n{steps}\nreturn a\n}}\n{calls}\nloss = sum(x20)\noutput dx = grad(loss, x0)\n"
    )
    program = graphc.loads(text).compile()
    x = np.linspace(0, 1, 20_000)
    program(x0=x)
    tracemalloc.start()
    program(x0=x)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / x.nbytes


def test_less_memory():
    """Without: the operands of 400 operations; with: 20 arguments, and the operands of one block."""
    assert peak("f") > 200
    assert peak("checkpoint(f)") < 60


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("map(sin, x)", np.sin([1.0, 2.0])),
        ("map(atan2, x, x * 2)", np.arctan2([1.0, 2.0], [2.0, 4.0])),
        ("map(relu, x)", [1.0, 2.0]),
        ("fold(maximum, 0.0, x)", 2.0),
        ("fold(add, 0.0, x)", 3.0),
        ("checkpoint(exp)(x)", np.exp([1.0, 2.0])),
        ("grad(fold(multiply, 1.0, x), x)", [2.0, 1.0]),
    ],
)
def test_operations_are_functions(text, value):
    assert outputs(compiled(f"input x: f64[2]\noutput y = {text}"), x=[1.0, 2.0])["y"] == pytest.approx(value)


def test_operations_that_take_lists_are_none():
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.loads("input x: f64[2]\noutput y = map(concat, x)")
    assert [d.code for d in raised.value.items] == ["E0208"]
