"""Defaults that fix symbolic sizes: feeds bind them, then the defaults of inputs that aren't fed, in program order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.driver import CATALOGUE, Options, compile_source, optimise
from graphc.ir.equal import difference
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.source import Source
from tests.commands import graphc as command
from tests.running import compiled, outputs

X = "input x: f64[n] = [1, 2, 4]\n"

VALUES: dict[str, tuple[str, dict[str, Any], Any]] = {
    "a default": (f"{X}output y = sum(x) / n", {}, 7 / 3),
    "a feed": (f"{X}output y = sum(x) / n", {"x": [1.0, 5.0]}, 3.0),
    "a scalar fills": (f"{X}input z: f64[n] = 0.5\noutput y = x * z", {}, [0.5, 1.0, 2.0]),
    "a scalar before": (f"input z: f64[n] = 0.5\n{X}output y = x * z", {}, [0.5, 1.0, 2.0]),
    "a scalar takes the size of a feed": (f"input z: f64[n] = 0.5\n{X}output y = x * z", {"x": [2.0]}, [1.0]),
    "a scalar fills what is static": ("input z: i64[2, 2] = 7\noutput y = z", {}, [[7, 7], [7, 7]]),
    "of the size of another": (f"{X}input z: f64[n] = ones([n])\noutput y = x + z", {}, [2.0, 3.0, 5.0]),
    "two that agree": (f"{X}input z: f64[n] = [3, 2, 1]\noutput y = x @ z", {}, 11.0),
    "of an expression": ("input z: f64[m] = linspace(0, 1, 5)\noutput y = m", {}, 5),
    "two sizes": ("input z: f64[a, b] = ones([2, 3])\noutput y = 10 * a + b", {}, 23),
    "one of two": ("input z: f64[a, 3] = ones([2, 3])\noutput y = a", {}, 2),
    "half of it from elsewhere": (
        f"{X}input z: f64[n, k] = ones([n, 2])\noutput y = 10 * n + k",
        {"x": [1.0]},
        12,
    ),
    "solved": (f"{X}input z: f64[2 * n + 1] = [1, 2, 3, 4, 5, 6, 7]\noutput y = sum(z) + n", {}, 31.0),
    "solved alone": ("input z: f64[2 * n] = [1, 2, 3, 4]\ninput u: f64[n] = 1\noutput y = sum(u)", {}, 2.0),
    "nothing else reads it": (f"{X}input z: f64[n] = 2\noutput y = sum(z)", {}, 6.0),
    "only the size is read": (f"{X}output y = ones([n])", {}, [1.0, 1.0, 1.0]),
    "empty": ("input z: f64[n] = []\noutput y = sum(z) + n", {}, 0.0),
    "of half a size": (
        "input x: f64[n // 2] = [1, 2]\ninput u: f64[n] = 0\noutput y = sum(x) + n",
        {"u": [1.0, 2.0, 3.0, 4.0, 5.0]},
        8.0,
    ),
    "one size twice": ("input z: f64[n, n] = eye(3)\noutput y = sum(z) + n", {}, 6.0),
    "two sizes in one": (
        "input x: f64[n + m] = [1, 2, 3]\ninput u: f64[n]\ninput v: f64[m]\noutput y = n * m",
        {"u": [1.0], "v": [1.0, 2.0]},
        2,
    ),
    "strings": ('input s: str[n] = ["a", "b"]\noutput y = n', {}, 2),
    "random numbers": ("input z: f64[n] = zeros([4]) * normal([4])\noutput y = sum(z * n)", {}, 0.0),
    "a gradient": (f"{X}output y = grad(sum(x ** 2) / n, x)", {}, np.array([2.0, 4.0, 8.0]) / 3),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    text, feeds, expected = VALUES[name]
    graph = compiled(text)
    verify(graph, CATALOGUE)
    for passes in (False, True):
        np.testing.assert_allclose(outputs(graph, passes=passes, **feeds)["y"], expected)
    program = graphc.loads(text, float="f64")
    np.testing.assert_allclose(program.run_eagerly(**feeds)["y"], expected)
    np.testing.assert_allclose(graphc.loads(str(program), float="f64").compile()(**feeds)["y"], expected)
    for core in (False, True):
        assert difference(graph, compiled(print_graph(graph, core=core))) is None


REFUSED = {
    "a feed of another size": (f"{X}input z: f64[n]\noutput y = x + z", {"z": [1.0, 2.0]}, ("z", "x")),
    "and before it": (f"input z: f64[n]\n{X}output y = x + z", {"z": [1.0, 2.0]}, ("z", "x")),
    "which nothing else reads": (f"{X}input z: f64[n]\noutput y = sum(z)", {"z": [1.0, 2.0]}, ("z", "x")),
    "a multiple": (
        "input z: f64[2 * n] = [1, 2, 3, 4]\ninput x: f64[n]\noutput y = x @ x + sum(z)",
        {"x": [1.0]},
        ("x", "z"),
    ),
    "one of another default": (
        "input z: f64[n]\ninput u: f64[n] = [1, 2]\noutput y = sum(u) + sum(z)",
        {"z": [1.0]},
        ("z", "u"),
    ),
}


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_a_default_that_does_not_fit(name: str, eager: bool) -> None:
    """E0602 at the default, with the place that says otherwise."""
    text, feeds, places = REFUSED[name]
    program = graphc.loads(text, float="f64")
    with pytest.raises(graphc.Diagnostics) as caught:
        (program.run_eagerly if eager else program.compile())(**feeds)
    (found,) = caught.value.items
    assert found.code == "E0602"
    assert found.primary is not None
    assert found.primary.span.text.startswith(places[1])
    assert [label.span.text[0] for label in found.secondary] == [places[0]]


CHECKED = {
    "two defaults": (f"{X}input z: f64[n] = [1, 2]\noutput y = sum(x)", "E0602"),
    "a multiple": (f"{X}input z: f64[2 * n] = [1, 2]\noutput y = sum(x)", "E0602"),
    "no whole number": ("input z: f64[2 * n] = [1, 2, 3]\ninput u: f64[n]\noutput y = u", "E0303"),
    "too small": ("input z: f64[n + 2] = [1]\ninput u: f64[n]\noutput y = u", "E0303"),
    "one size twice": ("input z: f64[n, n] = ones([2, 3])\noutput y = z", "E0303"),
    "a size and its double": ("input z: f64[2 * n, n] = ones([6, 2])\noutput y = z", "E0303"),
    "of another rank": ("input z: f64[n] = [[1, 2]]\noutput y = z", "E0303"),
    "a size that is written": ("input z: f64[3] = [1, 2]\noutput y = z", "E0303"),
    "of another symbol": ("input x: f64[m]\ninput z: f64[n] = zeros([m])\noutput y = z", "E0303"),
    "a variable": ("input x: f64[n]\nvar w: f64[n] = [1, 2]\noutput y = w + x", "E0303"),
    "parameters": ("export fn f(x: f64[n] = [1], z: f64[n] = [1, 2]) = x", "E0602"),
}


@pytest.mark.parametrize("name", CHECKED)
def test_checked(name: str) -> None:
    text, code = CHECKED[name]
    with pytest.raises(graphc.Diagnostics) as caught:
        compile_source(Source("t.g", text), Options(), **({"entry": "f"} if "export" in text else {}))
    assert [d.code for d in caught.value.items] == [code]


def test_nothing_tells_the_size() -> None:
    program = graphc.loads("input x: f64[n] = 0.5\noutput y = sum(x)")
    assert program.compile()(x=[1.0, 2.0])["y"] == 3
    for run in (program.compile(), program.run_eagerly):
        with pytest.raises(graphc.Diagnostics, match="the size n can't be known"):
            run()


def test_gradients_keep_what_tells_a_size() -> None:
    program = graphc.loads(f"{X}input z: f64[n] = 2\noutput y = sum(z ** 2)")
    made = program.grad("y", wrt=["z"])
    assert "input x: f64[n] = [1.0, 2.0, 4.0]" in str(made)
    np.testing.assert_array_equal(made.compile()()["dy_dz"], [4.0, 4.0, 4.0])
    value, slope = made.compile().flat()(np.array([1.0, 2.0, 3.0]))
    assert value == 14
    np.testing.assert_array_equal(slope, [2.0, 4.0, 6.0])


def test_pruned_otherwise() -> None:
    """An input whose default tells a size that nothing needs."""
    graph = compiled(f"{X}input z: f64 = 2\noutput y = z ** 2")
    assert [n.attrs[0] for n in optimise(graph, Options()).graph.inputs()] == ["z"]


def test_entries_and_saved_programs(tmp_path: Path) -> None:
    text = f"{X}input z: f64[n] = 2\nexport fn f(u: f64[k] = [1, 2], v: f64[k] = 10) = u @ v + k + sum(z)\n"
    (tmp_path / "p.g").write_text(text)
    assert command("run", str(tmp_path / "p.g"), "--entry", "f").stdout == "f: f64 = 38.0\n"
    assert command("save", str(tmp_path / "p.g"), str(tmp_path / "p.gm")).status == 0
    assert command("run", str(tmp_path / "p.gm")).stdout == "f: f64 = 38.0\n"
    assert command("run", str(tmp_path / "p.gm"), "--feed", "u=[1, 2, 3]").stdout == "f: f64 = 69.0\n"


def test_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text(f"{X}input z: f64[n] = 2\na = z * 3\noutput y = sum(a) / n\n")
    assert command("run", str(tmp_path / "p.g"), "--fetch", "a").stdout == "a: f64[3] = [6.0, 6.0, 6.0]\n"
    assert command("check", str(tmp_path / "p.g"), "--grad").status == 0
