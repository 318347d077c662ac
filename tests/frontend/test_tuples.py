"""Tuples: several values under one name, indexed, sliced, taken apart and carried; never a tensor by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc
from graphc.driver import CATALOGUE, fetch
from graphc.driver.interactive import Interactive
from graphc.frontend.format import format_source
from graphc.ir.equal import difference
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.source import Source
from tests.running import IN_F64, compiled, outputs

HEAD = "input w: f64 = 2\ninput b: f64[2] = [3, 4]\nloss = w ** 2 * sum(b ** 2)\ng = grad(loss, [w, b])\n"
DW, DB = 100.0, np.array([24.0, 32.0])  # 2 w sum(b²), 2 w² b

VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "a name": ("output y = g[0]\noutput z = g[1]", {"y": DW, "z": DB}),
    "from the end": ("output y = g[-1]\noutput z = g[-2]", {"y": DB, "z": DW}),
    "a slice": ("output y = g[1:]\noutput z = g[::-1]", {"y_0": DB, "z_0": DB, "z_1": DW}),
    "names": ("dw, db = g\noutput y = dw + sum(db)", {"y": DW + 56}),
    "an output": ("output g", {"g_0": DW, "g_1": DB}),
    "an output that is written": ("output y = (w, b)", {"y_0": 2.0, "y_1": [3.0, 4.0]}),
    "several without parentheses": ("output y = w, w + 1", {"y_0": 2.0, "y_1": 3.0}),
    "by default": ("", {"g_0": DW, "g_1": DB}),
    "nested": ("t = (1.0, (w, b))\noutput y = t[1][0] + t[0]\noutput t", {"y": 3.0, "t_0": 1.0, "t_1_0": 2.0}),
    "nested names": ("a, (c, d) = 1.0, (w, b)\noutput y = a + c * d", {"y": [7.0, 9.0]}),
    "of one": ("t = (w,)\noutput y = t[0]\noutput n = len(t)\noutput t", {"y": 2.0, "n": 1, "t_0": 2.0}),
    "of none": ("output n = len(())", {"n": 0}),
    "a parenthesis": ("t = (b)\noutput y = t * 2", {"y": [6.0, 8.0]}),
    "len": ('output n = len(g) * 100 + len(b) * 10 + len([1, 2, 3])\noutput m = len("abcd")', {"n": 223, "m": 4}),
    "a loop": ("s = 0.0\nfor d in g { s += sum(d) }\noutput y = s", {"y": DW + 56}),
    "an argument": ("fn f(t, k) = t[0] * k + sum(t[1])\noutput y = f(g, 2)", {"y": 2 * DW + 56}),
    "a result": ("fn f(x) = x, 2 * x\nt = f(w)\noutput y = t[1]\nu, v = f(b)\noutput v", {"y": 4.0, "v": [6.0, 8.0]}),
    "given back": ("fn f(t) = t\nt = f(g)\noutput y = t[0]", {"y": DW}),
    "of a method": ("module M() { fn call(t) { a, c = t\n return c, a } }\nm = M()\noutput y = m(g)", {"y_0": DB}),
    "a branch": ("if w > 1 { t = g } else { t = (w, b) }\noutput t", {"t_0": DW, "t_1": DB}),
    "the other branch": ("t = (0.0, b)\nif w < 1 { t = g }\noutput t", {"t_0": 0.0, "t_1": [3.0, 4.0]}),
    "a conditional": ("output t = g if w > 5 else (w, 2 * b)", {"t_0": 2.0, "t_1": [6.0, 8.0]}),
    "carried": (
        "t = (1.0, b)\nfor i in range(3) { t = (t[0] * w, t[1] + t[0]) }\noutput t",
        {"t_0": 8.0, "t_1": [10, 11]},
    ),
    "carried by a while": (
        "t = (0, w)\nwhile t[0] < 3 { t = (t[0] + 1, t[1] * 2) }\noutput t",
        {"t_0": 3, "t_1": 16.0},
    ),
    "swapped in a loop": ("t = (w, 5.0)\nfor i in range(3) { t = t[::-1] }\noutput t", {"t_0": 5.0, "t_1": 2.0}),
    "left early": (
        "t = (w, 0)\nfor i in range(9) { t = (t[0] + 1, i)\n if i == 4 { break } }\noutput t",
        {"t_0": 7, "t_1": 4},
    ),
    "by a tuple": ("output y = grad(loss, (w, b))", {"y_0": DW, "y_1": DB}),
    "along a tuple": ("output y = jvp(loss, [w, b], g)", {"y": DW**2 + DB @ DB}),
    "by members": ("t = (w, b)\noutput y = grad(t[0] ** 3 * sum(t[1]), t)", {"y_0": 84.0, "y_1": [8.0, 8.0]}),
    "by numbers": ("t = (2.0, 5.0)\noutput y = grad(t[0] ** 3 * t[1], t)", {"y_0": 60.0, "y_1": 8.0}),
    "a gradient of it": ("output y = grad(g[0], w)", {"y": 50.0}),
    "through a loop": (
        "t = (w, b)\nfor i in range(2) { t = (t[0] * 3, t[1] * t[0]) }\noutput y = grad(sum(t[1]), w)",
        {"y": 84.0},
    ),
    "of a map": ("fn f(x) = x, 10 * x\nt = map(f, b)\noutput t", {"t_0": [3.0, 4.0], "t_1": [30.0, 40.0]}),
    "of a scan": ("fn f(c, x) = c + x, c * x\nt = scan(f, 0.0, b)\noutput t", {"t_0": 7.0, "t_1": [0.0, 12.0]}),
    "carried by a scan": (
        "fn f(c, x) = (c[0] + x, c[1] * x), x\nt = scan(f, (0.0, 1.0), b)\noutput t",
        {"t_0_0": 7.0, "t_0_1": 12.0},
    ),
    "a zip": ("s = 0.0\nfor p in zip(b, [1.0, 2.0]) { s += p[0] * p[1] }\noutput s", {"s": 11.0}),
    "an op": ("t = eigh([[2.0, 0.0], [0.0, 3.0]])\noutput y = t[0]", {"y": [2.0, 3.0]}),
    "as shapes": ("output y = zeros((2, 3))\noutput z = sum(y, axis=(0, 1))", {"y": np.zeros((2, 3)), "z": 0.0}),
    "where a list is taken": ("output y = concat((b, b))", {"y": [3.0, 4.0, 3.0, 4.0]}),
    "stacked when asked": ("t = (w, 3.0)\noutput y = stack(t)\noutput z = [t[0], t[1]]", {"y": [2, 3], "z": [2, 3]}),
    "a list in it": ("t = ([1.0, 2.0], 3.0)\noutput y = t[0] * t[1]", {"y": [3.0, 6.0]}),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    text, expected = VALUES[name]
    graph = compiled(HEAD + text)
    verify(graph, CATALOGUE)
    program = graphc.loads(HEAD + text, float="f64")
    for found in (outputs(graph), outputs(graph, passes=False), program.run_eagerly()):
        for key, value in expected.items():
            np.testing.assert_allclose(found[key], value)
    for core in (False, True):
        assert difference(graph, compiled(print_graph(graph, core=core))) is None


NO_TENSOR = [
    "g * 2",
    "2 + g",
    "-g",
    "not g",
    "g == g",
    "g @ b",
    "sum(g)",
    "sin(g)",
    "maximum(g, 1)",
    "where(w > 1, g, g)",
    "g.T",
    "g.shape",
    "g.dtype",
    "i64(g)",
    "reshape(g, [2])",
    "[g, g] * 2",
    "g ** 2",
    "norm(g)",
    "abs((1, -2))",
    "softmax(g)",
    "b[(0, 1)]",
    "g if g else g",
    "range(g)",
]


@pytest.mark.parametrize("text", NO_TENSOR)
def test_never_a_tensor_by_itself(text: str) -> None:
    with pytest.raises(graphc.Diagnostics) as caught:
        compiled(f"{HEAD}output y = {text}")
    assert caught.value.items[0].code == "E0208"
    assert "is a tuple of 2 values, not a tensor" in str(caught.value)


REFUSED = {
    "out of range": ("y = g[2]", "E0307", "index 2 is out of range: the tuple has 2 values"),
    "below": ("y = g[-3]", "E0307", "index -3 is out of range"),
    "a number of the run": ("input i: i64\ny = g[i]", "E0308", "which value of the tuple g"),
    "two indices": ("y = g[0, 1]", "E0307", "g is a tuple, which takes one index at a time"),
    "an item assigned": ("g[0] = 1.0\ny = g", "E0208", "g is a tuple: its values can't be assigned"),
    "too many names": ("a, c, d = g\ny = a", "E0309", "3 names can't take 2 values"),
    "another length in a branch": (
        "if w > 1 { t = (1, 2) } else { t = (1, 2, 3) }\ny = t",
        "E0318",
        "t is a tuple of 2",
    ),
    "a number in a branch": ("if w > 1 { t = (1, 2) } else { t = 1 }\ny = t", "E0318", "t is a tuple of 2 values in"),
    "another length in a loop": (
        "t = (1, 2)\nfor i in range(3) { t = (1,) }\ny = t",
        "E0319",
        "t is a tuple of 2 values",
    ),
    "other shapes in a loop": ("t = (w, b)\nfor i in range(3) { t = (b, w) }\ny = t", "E0319", "t is f64 before"),
    "a value of a type": ("y: f64[2] = (1, 2)", "E0208", "(1, 2) is a tuple of 2 values"),
    "a default": ("input q: f64[2] = (1, 2)\ny = q", "E0208", "(1, 2) is a tuple of 2 values"),
    "a variable": ("var q: f64[2] = [0, 0]\nq = g\ny = q", "E0208", "g is a tuple of 2 values"),
    "pushed": ("ys = stack()\nfor i in range(3) { push(ys, g) }\ny = 1", "E0208", "g is a tuple of 2 values"),
    "a typed parameter": ("fn f(x: f64[2]) = x\ny = f(g)", "E0208", "g is a tuple of 2 values"),
    "without values": ("y = ()", "E0208", "y is a tuple without values"),
    "of a scalar": ("y = len(w)", "E0311", "a scalar f64 has no length"),
    "an output twice": ("output g_0 = 1\noutput g\ny = 1", "E0202", "output g_0 is declared twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, code, message = REFUSED[name]
    with pytest.raises(graphc.Diagnostics) as caught:
        compiled(f"{HEAD}{text}\noutput y")
    assert caught.value.items[0].code == code
    assert caught.value.items[0].message.startswith(message)


def test_a_list_becomes_a_tensor() -> None:
    assert outputs(compiled("output y = [1.0, 2.0] * 2"))["y"].tolist() == [2, 4]


def test_printing(capfd: pytest.CaptureFixture[str]) -> None:
    """The values one after another, as if each were an argument."""
    program = graphc.loads(HEAD + 'print("g", g, (1, ("a", b)))\noutput w', float="f64")
    program.compile()()
    program.run_eagerly()
    assert capfd.readouterr().out == "g 100.0 [24.0, 32.0] 1 a [3.0, 4.0]\n" * 2


def test_fetching() -> None:
    """Its values by their names."""
    graph = compiled(HEAD + "output y = w")
    assert outputs(fetch(graph, ["g_1"]))["g_1"].tolist() == DB.tolist()


def test_traces_of_tuples_and_lists_are_their_own() -> None:
    text = "fn f(t) = t\na = f([w, w]) * 2\nc = f((w, w))\noutput y = a\noutput z = c[1]"
    found = outputs(compiled(HEAD + text))
    assert (found["y"].tolist(), found["z"]) == ([4.0, 4.0], 2.0)


def test_sessions_show_them() -> None:
    session = Interactive(IN_F64)
    (shown,) = session.enter("(1.5, (2, true))")
    assert str(shown) == "(1.5, (2, true)) : (f64, (i64, bool))"


@pytest.mark.parametrize("line", ["t = (a, b)", "t = (a,)", "t = ()", "a, b = t", "a, (b, c) = t", "x = t[0][1]"])
def test_formatting_keeps_them(line: str) -> None:
    assert format_source(Source("t.g", f"{line}\n")) == f"{line}\n"
