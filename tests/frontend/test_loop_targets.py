"""The target of a loop is an ordinary binding, as in Python: the body may assign it, and it keeps its last item."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc
from graphc.driver import CATALOGUE, Options, compile_source, fetch, optimise
from graphc.driver.eager import Eager
from graphc.driver.interactive import Interactive
from graphc.frontend import liveness
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.graph import nested
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.source import Source
from tests.running import IN_F64, compiled, outputs

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
HEAD = "input n: i64 = 4\ninput X: f64[3, 2] = [[1, 2], [3, 4], [5, 6]]\n"

# What Python does, by hand: the program, its feeds, and what `i` is at the end.
VALUES: dict[str, tuple[str, dict[str, Any], Any]] = {
    "bound before": ("i = 0\nfor i in range(3) { }", {}, 2),
    "of another type before": ('i = "a"\nfor i in range(3) { }', {}, 2),
    "a float before": ("i = 0.5\nfor i in range(3) { }", {}, 2),
    "not bound before": ("for i in range(2, 11, 3) { }", {}, 8),
    "of the run": ("i = -1\nfor i in range(n) { }", {"n": 4}, 3),
    "no step": ("i = -1\nfor i in range(n) { }", {"n": 0}, -1),
    "no step, known": ("i = -1\nfor i in range(0) { }", {}, -1),
    "downwards": ("i = -1\nfor i in range(n, 0, -2) { }", {"n": 5}, 1),
    "assigned": ("i = 0\nfor i in range(4) { i = i * 10 }", {}, 30),
    "assigned another type": ("for i in range(4) { i = i * 0.5 }", {}, 1.5),
    "augmented": ("for i in range(4) { i += 7 }", {}, 10),
    "break": ("i = -1\nfor i in range(10) { if i == n { break } }", {"n": 4}, 4),
    "break, then never": ("for i in range(10) { if i == n { break } }", {"n": 40}, 9),
    "break behind an assignment": ("for i in range(10) { i *= 2\n if i >= n { break } }", {"n": 5}, 6),
    "break before one": ("for i in range(10) { if i >= n { break }\n i *= 100 }", {"n": 5}, 5),
    "continue": ("for i in range(5) { if i > n { continue }\n i = -i }", {"n": 2}, 4),
    "rows": ("for i in X { }", {}, X[2]),
    "rows, backwards": ("for i in reversed(X) { }", {}, X[0]),
    "rows, break": ("for i in X { if i[0] > 2 { break } }", {}, X[1]),
    "zip": ("for i, k in zip(range(3), X) { i += 5 }", {}, 7),
    "the other of a zip": ("for k, i in zip(range(3), X) { i = i * 2 }", {}, X[2] * 2),
    "enumerate": ("for i, r in enumerate(X, start=7) { }", {}, 9),
    "a pair in a pair": ("for k, (a, i) in enumerate(zip(range(3), X)) { }", {}, X[2]),
    "a list": ("for i in [3, 1, 2] { }", {}, 2),
    "a list, assigned": ("for i in [3, 1, 2] { i = i * n }", {"n": 5}, 10),
    "a list, break": ("for i in [3, 1, 2] { if i < n { break } }", {"n": 2}, 1),
    "a list, continue": ("for i in [3, 1, 2] { if i < n { continue }\n i = 9 }", {"n": 3}, 2),
    "an empty list": ("i = 7\nfor i in [] { }", {}, 7),
    "nested, one name": ("for i in range(3) { for i in range(2) { } }", {}, 1),
    "nested": ("s = 0\nfor k in range(3) { for j in range(4) { }\n s += j }\ni = s", {}, 9),
    "nested, bound around": ("i = 5\nfor k in range(n) { for i in range(k) { } }", {"n": 3}, 1),
    "read before it is bound again": (
        "s = 0; i = 5\nfor k in range(3) { s += i; for i in range(2) { } }\ni = s",
        {},
        7,
    ),
    "in a while": ("k = 0\nj = 0\nwhile k < 3 { for j in range(4) { }\n k += j }\ni = j + k", {}, 6),
    "in a branch": ("i = 9\nif n > 2 { for i in range(3) { } }", {"n": 3}, 2),
    "in the other branch": ("i = 9\nif n > 2 { for i in range(3) { } }", {"n": 1}, 9),
    "in a function": ("fn f(m) { j = -1\n for j in range(m) { }\n return j }\ni = f(n) + f(0)", {"n": 5}, 3),
    "returned from a loop": (
        "fn f(m) { for j in range(9) { if j > m { return 100 } }\n return j }\ni = f(n) + f(20)",
        {"n": 2},
        108,
    ),
    "captured": ("fn f() { for j in range(n) { }\n fn g() = j\n return g() }\nj = 1\ni = f()", {"n": 3}, 2),
    "by a function called later": ("k = 0\nfor k in range(n) { }\nfn f() = k\ni = f()", {"n": 3}, 2),
    "in a module": ("module M() { fn call(m) { for j in range(4) { j += m }\n return j } }\nm = M()\ni = m(n)", {}, 7),
    "used by the next loop": ("i = 0\nfor k in range(4) { }\nfor i in range(k) { }", {}, 2),
    "a head that reads it": ("i = 2\nfor i in range(i + 1) { i = i + n }", {"n": 10}, 12),
    "a stack": ("s = stack()\nfor k in range(3) { push(s, 1.0 * k) }\nfor i in s { }", {}, 2.0),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    text, feeds, expected = VALUES[name]
    program = f"{HEAD}{text}\noutput i"
    graph = compiled(program)
    verify(graph, CATALOGUE)
    for passes in (False, True):
        np.testing.assert_array_equal(outputs(graph, passes=passes, **feeds)["i"], expected)
    np.testing.assert_array_equal(graphc.loads(program).run_eagerly(**feeds)["i"], expected)
    for core in (False, True):
        assert difference(graph, compiled(print_graph(graph, core=core))) is None


SLOPES = {
    "the last row": ("for r in X { }\ny = sum(r ** 3)", 3 * np.array([[0, 0], [0, 0], [25.0, 36.0]])),
    "an assigned one": ("for r in X { r = r * r }\ny = sum(r)", 2 * np.array([[0, 0], [0, 0], [5.0, 6.0]])),
    "the one at hand": (
        "for r in X { if r[0] > 2 { break } }\ny = sum(r ** 2)",
        2 * np.array([[0, 0], [3.0, 4.0], [0, 0]]),
    ),
    "of a list": ("for r in [X[0], X[1]] { r = r * X[2] }\ny = sum(r)", np.array([[0, 0], [5.0, 6.0], [3.0, 4.0]])),
}


@pytest.mark.parametrize("name", SLOPES)
def test_derivatives(name: str) -> None:
    text, expected = SLOPES[name]
    program = f"{HEAD}{text}\noutput g = grad(y, X)\noutput t = jvp(y, X, ones([3, 2]))"
    found = outputs(compiled(program))
    np.testing.assert_allclose(found["g"], expected)
    np.testing.assert_allclose(found["t"], expected.sum())


REFUSED = {
    "perhaps no step": ("for i in range(n) { }\noutput i", "E0209", "i may have no value here"),
    "perhaps no row": ("for i in zeros([0]) { }\noutput i", "E0209", "i may have no value here"),
    "no step": ("for i in range(0) { }\noutput i", "E0209", "i may have no value here"),
    "no item": ("for i in [] { }\noutput i", "E0209", "i may have no value here"),
    "types that don't join": ("i = X\nfor i in range(n) { }\noutput i", "E0209", "i may be f64[3, 2] or i64"),
    "items that don't join": ("for i in [X, 1.0] { if n > 2 { break } }\noutput i", "E0209", "i may be"),
    "three of them": ("for i in [1, X, 2] { if n > 2 { break } }\noutput i", "E0209", "i may be"),
    "after an inner loop": (
        "i = X\nfor k in range(n) { for i in range(2) { }\n print(i) }\noutput i",
        "E0209",
        "i may be f64[3, 2] or i64",
    ),
    "read before it is bound again": (
        "s = 0.0\ni = X\nfor k in range(n) { s += sum(i)\n for i in range(2) { } }\noutput s",
        "E0319",
        "i is f64[3, 2] before",
    ),
    "an input": ("for n in range(3) { }\noutput n", "E0202", "n is an input; a loop can't bind its name"),
    "a variable": ("var w: f64 = 1\nfor w in X { }\noutput w", "E0202", "w is a variable of the program"),
    "in a pair": ("var w: f64 = 1\nfor k, w in enumerate(X) { }\noutput w", "E0202", "w is a variable of the program"),
    "over a list": ("for n in [1, 2] { }\noutput n", "E0202", "n is an input"),
    "a function": ("fn f() = 1\nfor f in range(3) { }\noutput y = f()", "E0202", "f is a function"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, code, message = REFUSED[name]
    program = HEAD + text
    for run in (graphc.loads, lambda text: Eager(IN_F64, {}).run(parse(Source("t.g", text)))):
        with pytest.raises(graphc.Diagnostics) as caught:
            run(program)
        assert [d.code for d in caught.value.items] == [code]
        assert caught.value.items[0].message.startswith(message)


def test_types_that_nobody_reads() -> None:
    """Only a use is an error."""
    text = "i = X\ns = sum(i)\nfor i in range(n) { s += i }\nfor i in [1, X] { if n > 2 { break } }\noutput s"
    assert outputs(compiled(HEAD + text), n=3)["s"] == X.sum() + 3


@pytest.mark.parametrize(
    "text",
    [
        "s = 0\nfor i in range(n) { s += i }\noutput s",
        "s = 0\nfor i in range(n) { s += i }\nfor i in range(3) { s += i }\noutput s",
        "s = 0.0\nfor i in X { s += sum(i) }\nfor i in X { if s > 9 { break }\n s += sum(i) }\noutput s",
        "s = 0\nfor k in range(n) { for i in range(k) { s += i } }\noutput s",
        "fn f(m) { s = 0\n for i in range(m) { i += 1; s += i }\n return s }\noutput s = f(n)",
    ],
)
def test_unread_targets_cost_nothing(text: str) -> None:
    """The same nodes as with a name that nothing else has."""
    graph = compiled(HEAD + text)
    for loop in [n for g in nested(graph) for n in g.nodes if n.op.name in ("for", "while")]:
        assert not [r for r in loop.results if r.name == "i"]


def test_a_target_that_is_bound_elsewhere() -> None:
    """What might be fetched is carried until the passes know better."""
    graph = compiled(HEAD + "s = 0\ni = 0\nfor i in range(n) { s += i }\noutput s")
    optimised = optimise(graph, Options()).graph
    loops = [n for n in optimised.nodes if n.op.name == "for"]
    assert [[r.name for r in n.results] for n in loops] == [["s"]]


def test_fetching_a_target() -> None:
    graph = compiled(HEAD + "i = 0\nfor i in range(n) { }\noutput y = 1")
    assert outputs(fetch(graph, ["i"], effects=False), n=7)["i"] == 6


def test_sessions_know_no_future() -> None:
    session = Interactive(IN_F64)
    for line in ("n = 3", "for i in range(n) { if i == 1 { break } }", "i * 10"):
        shown = list(session.enter(line))
    assert [str(s) for s in shown] == ["10 : i64"]


def test_liveness_is_linear() -> None:
    """Deep nests and long chains: each loop's body is read twice, not twice per level."""
    deep = "".join(f"for a{k} in range(2) {{ " for k in range(60)) + "s += a3 " + "}" * 60
    found = liveness.loops(parse(Source("t.g", f"s = 0\n{deep}")).statements)
    assert len(found) == 60


def test_accents() -> None:
    """One name, composed and not."""
    text = "\u00e9 = 0\nfor e\u0301 in range(3) { if \u00e9 == n { break } }\noutput y = e\u0301 + 1"
    assert outputs(compiled(HEAD + text), n=1)["y"] == 2


def test_types() -> None:
    """A target that surely is an item has its type, whatever it was before."""
    graph = compile_source(Source("t.g", "i = 1.5\nfor i in range(3) { }\noutput i"), Options()).graph
    assert str(graph.outputs[0].value.type) == "i64"
