"""`if` and `a if c else b`: decided now or by the run, what comes out, what is refused, how it prints."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

import graphc
from graphc.api.compiled import Compiled
from graphc.driver import Options
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE
from graphc.passes.pass_ import Context
from graphc.passes.pipelines import DEFAULT, run_pipeline
from graphc.source import Source


def graph_of(text):
    graph = elaborate(parse(Source("test.g", dedent(text))), CATALOGUE).graph
    verify(graph, CATALOGUE)
    return graph


def run(text, **feeds):
    return graphc.loads(dedent(text)).compile()(**feeds)


def code_of(text):
    with pytest.raises(graphc.Diagnostics) as caught:
        graph_of(text)
    return [d.code for d in caught.value.items]


PROGRAMS = {
    "both bind": "input x: f32\nif x > 0 { y = sqrt(x) } else { y = -x }\noutput y",
    "one rebinds": "input x: f32\ny = x\nif x > 0 { y = 2 * x; z = 3 }\noutput y",
    "several results": "input x: f32[n]\nif sum(x) > 0 { a = x; b = a + 1; c = b * a } else { c = x; a = c; b = a }\n"
    "output y = a + b * c",
    "weak": "input x: f32\nif x > 0 { k = 2 } else { k = 0.5 }\noutput y = k * x\noutput k",
    "chain": "input x: f32\nif x > 2 { y = 1.0 } else if x > 1 { y = x } else { y = exp(x) }\noutput y",
    "effects": 'input x: f32\nvar w: f32 = 1.0\nif x > 0 { print("a", x); w += x } else { w = 0; print(w) }\n'
    "print(w)\noutput x",
    "effects only": 'input x: f32\nif x > 0 { print("a", x) }\noutput x',
    "else effects only": 'input x: f32\nif x > 0 { } else { assert x > -1, "small" }\noutput x',
    "expression": "input x: f32[n]\noutput y = sum(x) if n > 3 else x[0]",
    "list": "input x: f32\nif x > 0 { p = [x, 1.0] } else { p = [2.0, x] }\na, b = p\noutput y = a / b",
    "returned tuple": "input x: f32\nfn f(t) {\n if t > 0 { return t, 1.0 }\n return 2.0, t\n}\na, b = f(x)\n"
    "output y = a - b",
    "in a map": "input x: f32[n]\ninput s: f32\nfn f(t) = t * s if t > 0 else s\noutput y = map(f, x)",
    "derivatives": "input x: f32\nif x > 0 { y = x ** 3 } else { y = sin(x) }\noutput a = grad(y, x)\n"
    "output b = hessian(y, x)\noutput c = jvp(y, x, 2.0)",
    "nested": "input x: f32\nu = exp(x)\nif x > 0 { v = u * u; if v > 9 { y = v + u } else { y = v } } else { y = u }\n"
    "output y\noutput g = grad(y, x)",
    "one value under two names": "input x: f32\nfn f(a, b) {\n if a > 0 { return a * b + sin(a) }\n return b - a\n}\n"
    "output y = f(x, x)\noutput g = grad(f(x, x), x)",
    "one value under two names, inside": "input x: f32\nfn f(a, b) {\n s = 0.0\n for i in range(3) {\n"
    "  if s < a { s = s + a * b } else if s > b { s = s - sin(a) } else { s = b * s + a }\n }\n return s\n}\n"
    "output y = f(x, x)\noutput g = grad(y, x)",
    "vjp": "fn f(t) { return t if t > 0 else 0 } vjp (g) { if g > 0 { return g } else { return 0 } }\n"
    "input x: f32\noutput y = grad(f(x), x)",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("optimised", [False, True])
def test_it_prints_as_itself(text, optimised):
    graph = graph_of(text)
    if optimised:
        graph = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    for core in (False, True):
        printed = print_graph(graph, core=core)
        assert difference(graph, graph_of(printed)) is None, printed
        assert print_graph(graph, core=core) == printed


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_passes_keep_results(text):
    graph = graph_of(text)
    program, plain = Compiled(graph, Options()), Compiled(graph, Options(pipeline=()))
    for value in (2.5, 1.5, -0.5):
        inputs = [n.results[0] for n in graph.inputs()]
        feeds = {v.name: np.full(4, value, np.float32) if v.type.shape else value for v in inputs}
        a, b = program(**feeds), plain(**feeds)
        for name, found in b.items():
            np.testing.assert_array_equal(a[name], found)


def test_decided_now_there_is_no_branch():
    text = """
        input x: f32[2]
        k = 3
        if k > 2 and not (k == 7) { y = sum(x) } else { y = x @ x @ x }
        fn f(t, n) {
          if n == 0 { return t }
          return 2 * t
        }
        output y
        output z = f(x, 0) + f(x, 1)
    """
    assert all(n.op.name != "cond" for n in graph_of(text).nodes)
    assert run(text, x=[1, 2])["z"].tolist() == [3, 6]


def test_a_known_condition_takes_its_branch():
    text = 'input x: f32\nc = sum([1.0, 2.0]) > 2\nif c { y = x; print("yes") } else { y = log(x) }\noutput y'
    graph = graph_of(text)
    assert any(n.op.name == "cond" for n in graph.nodes)
    folded = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    assert not any(n.op.name == "cond" for n in folded.nodes)
    assert folded.token is not None


def test_only_the_branch_that_is_taken_runs(capsys):
    text = """
        input x: f32[3]
        input i: i64
        var w: f32 = 1.0
        if i < 3 { y = x[i]; print("inside", y); w += y } else { y = 0; assert i < 9, "far" }
        output y
        output w
    """
    step = graphc.loads(dedent(text)).compile()
    assert step(x=[1, 2, 3], i=2)["y"] == 3
    assert capsys.readouterr().out == "inside 3.0\n"
    assert step.state["w"] == 4
    assert step(x=[1, 2, 3], i=5)["w"] == 4
    assert capsys.readouterr().out == ""
    with pytest.raises(graphc.Diagnostics, match="far"):
        step(x=[1, 2, 3], i=10)


def test_unused_results_go():
    text = "input x: f32\nif x > 0 { a = x; b = log(x); print(b) } else { a = -x; b = 1.0 }\noutput a"
    graph = run_pipeline(graph_of(text), DEFAULT, Context(CATALOGUE), verify_each=True).graph
    (node,) = (n for n in graph.nodes if n.op.name == "cond")
    assert len(node.results) == 2  # a, and the effects


def test_functions_assign_in_branches():
    text = """
        var w: f32 = 1.0
        input x: f32
        fn f(t) {
          if t > 0 { assign(w, w + t) }
          if t > 2 { assign(w, w * 10); return w }
          return -w
        }
        output a = f(x)
        output b = f(x - 2)
        output c = w
    """
    found = run(text, x=3.0)
    assert [found[k] for k in "abc"] == [40, -41, 41]
    found = run(text, x=1.0)
    assert [found[k] for k in "abc"] == [-2, -2, 2]


def test_branches_see_functions_and_captures():
    text = """
        input x: f32
        k = x * 2
        fn g(t) = t * k
        if x > 0 {
          fn h(t) = g(t) + k
          k = 7.0
          y = h(1.0) + k
        } else {
          y = g(2.0)
        }
        output y
        output k
    """
    assert run(text, x=3.0) == {"y": 7 + 7 + 7, "k": 7}  # as in Python, g reads the k of the moment
    assert run(text, x=-1.0) == {"y": -4, "k": -2}


def test_functions_read_what_branches_and_loops_rebind():
    """As Python's closures do; a name that the function itself, or another function, binds is its own."""
    text = """
        input c: f32
        s = 1.0
        fn f(x) = x + s
        total = 0.0
        for i in range(3) { total += f(1.0); s = s * 2 }
        if c > 0 { s = 100.0; total += f(0.0) }
        fn g(a) {
          s = a
          fn h(x) = x * s
          t = 0.0
          for i in range(3) { t += h(1.0) + f(0.0); s = s * 2 }
          if c > 0 { s = 1000.0; t += h(1.0) }
          return t
        }
        output total
        output u = g(f32(1.0))
    """
    for c in (1.0, -1.0):
        s = 1.0
        total = 0.0
        for _ in range(3):
            total += 1 + s
            s *= 2
        if c > 0:
            s = 100.0
            total += s
        own, t = 1.0, 0.0
        for _ in range(3):
            t += own + s
            own *= 2
        if c > 0:
            t += 1000
        assert run(text, c=c) == {"total": total, "u": t}


def test_results_by_default():
    text = "input x: f32\nif x > 0 { t = x * x; y = t + 1 } else { t = x; y = t }\nprint(x)"
    assert list(run(text, x=2.0)) == ["y"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("input x: f32\nif x { y = 1 } else { y = 2 }", "E0304"),
        ("input x: f32[3]\nif x > 0 { y = 1 } else { y = 2 }\noutput y", "E0304"),
        ("if 1 { y = 1 } else { y = 2 }\noutput y", "E0304"),
        ("input x: f32\nif x > 0 { y = x }\noutput y", "E0209"),
        ("input x: f32\nif x > 0 { fn f(t) = t } else { fn f(t) = 2 * t }\noutput y = f(x)", "E0209"),
        ("input x: f32\nif x > 0 { if x > 1 { y = x } } else { y = 2 }\noutput y", "E0209"),
        ("input x: f32\nif x > 0 { y = x } else { y = [x, x]; y = y * 2 }\noutput y", "E0318"),
        ("input x: f32\nif x > 0 { y = x } else { y = i64(1) }\noutput y", "E0318"),
        ("input x: f32\noutput y = x if x > 0 else true", "E0318"),
        ('input x: f32\nif x > 0 { y = "a" } else { y = 1.0 }\noutput z = 1', "E0318"),
        ("input x: f32\nif x > 0 { x = 2 }\noutput x", "E0202"),
        ("input x: f32[2]\nif x[0] > 0 { x[0] = 2 }\noutput x", "E0202"),
        ("input x: f32\nif x > 0 { input z: f32 }\noutput x", "E0505"),
        ("var w: f32 = 0.0\nfn f(t) {\n if t > 0 { w = t }\n return t\n}\noutput y = f(sum([1.0]))", "E0501"),
        ("var w: f32 = 0.0\ninput x: f32[2]\nif x[0] > 0 { w = x }", "E0503"),
        ("input x: f32\nif x > 0 { return x }", "E0504"),
    ],
)
def test_refused(text, code):
    assert code_of(text) == [code]


def test_a_failing_branch_poisons_what_it_binds():
    text = "input x: f32\nif x > 0 { y = undefined } else { y = x }\noutput z = y + 1"
    assert code_of(text) == ["E0201"]


def test_long_chains():
    lines = ["input x: f32", "y = x"]
    lines += [f"if y > {i} {{ y = y + 1 }} else {{ y = y * 0.5 }}" for i in range(300)]
    text = "\n".join([*lines, "output y", "output g = grad(y, x)"])
    expected = 2.0
    for i in range(300):
        expected = expected + 1 if expected > i else expected * 0.5
    assert run(text, x=2.0)["y"] == pytest.approx(expected, rel=1e-5)


def test_deep_nesting():
    depth = 60
    text = "input x: f32\ny = x\n" + "if y > 0 {\n" * depth + "y = sin(y)\n" + "}\n" * depth
    found = run(text + "output y\noutput g = grad(y, x)", x=1.0)
    assert found["g"] == pytest.approx(np.cos(1.0))


def test_names_of_a_function_that_are_bound_outside_too():
    """What a function binds is its own; outer names of other types don't stand in the way."""
    text = """
        input x: f32
        v = [x, 2 * x] * 1.0
        k = "text"
        fn rising(a) {
          h = a
          while h < 3 { v = h * 2; h = v + 1; k = h * 2 }
          return h
        }
        fn doubled(a) {
          if a > 1 { v = a * 2; h = v } else { h = a; k = 3 }
          return h
        }
        s = x
        fn added(a) {
          for i in range(3) { s = s + a }
          return s
        }
        output y = rising(x)
        output z = doubled(x)
        output w = added(2.0)
        output same = s
        output length_of_k = length(k)
    """
    assert run(text, x=2.0) == {"y": 5, "z": 4, "w": 8, "same": 2, "length_of_k": 4}
    assert run(text, x=0.5) == {"y": 5, "z": 0.5, "w": 6.5, "same": 0.5, "length_of_k": 4}
    after = "input x: f32\nv = [x, x] * 1.0\nfn f(a) { if a > 1 { v = a }; return v }\noutput y = f(x)"
    with pytest.raises(graphc.Diagnostics) as raised:
        run(after, x=2.0)
    assert [d.code for d in raised.value.items] == ["E0209"]


def test_names_that_meant_one_value_and_mean_two():
    """What a function reads is looked up at each call, by its name."""
    text = """
        input v: f32
        var w: f32 = 1.0
        p = v
        before = w
        pair = [v, 1.0]
        fn product(x) = x + p * v
        fn change(x) = x + w - before
        fn listed(x) { a, b = pair; return x * a + p }
        output first = product(1.0)
        output none = change(1.0)
        output once = listed(1.0)
        p = 2 * v
        w += 5
        output second = product(1.0)
        output some = change(1.0)
        output twice = listed(1.0)
    """
    assert run(text, v=3.0) == {"first": 10, "none": 1, "once": 6, "second": 19, "some": 6, "twice": 9}


def test_functions_read_the_variables_of_the_moment():
    """A function that assigns a variable, and then calls one that reads it, doesn't read it from outside."""
    text = """
        input v: f32
        var w: f32 = 0.5
        fn around(x) {
          fn inner(y) = y + v + w
          assign(w, v)
          return inner(x)
        }
        fn mapped(x) {
          assign(w, 2 * v)
          fn row(y) = y * w + v
          return sum(map(row, [x, x]))
        }
        output before = w
        output first = around(1.0)
        output then = w
        output second = mapped(1.0)
        output after = w
    """
    assert run(text, v=3.0) == {"before": 0.5, "first": 7, "then": 3, "second": 18, "after": 6}
