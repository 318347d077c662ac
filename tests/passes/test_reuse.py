"""reuse: which loops are run once, which are not, and that no bit changes."""

from textwrap import dedent

import numpy as np
import pytest
from op_trials import same_bits
from running import IN_F64, compiled, outputs

from graphc.driver import CATALOGUE, compile_source, derive, optimise
from graphc.ir.graph import nested
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.passes.branches import is_loop
from graphc.passes.pass_ import Context, describe
from graphc.passes.pipelines import DEFAULT, run_pipeline, without
from graphc.source import Source

X = np.array([0.3, -1.2, 0.7, 2.0])
HEAD = "input x: f64[n]; input a: f64\n"


def loops_of(graph):
    return [n for g in nested(graph) for n in g.nodes if is_loop(n)]


def checked(graph):
    """The graph after the passes, which computes the same bits without `reuse`."""
    verify(graph, CATALOGUE)
    context = Context(CATALOGUE)
    made = run_pipeline(graph, DEFAULT, context, verify_each=True).graph
    plain = run_pipeline(graph, without(DEFAULT, ["reuse"]), Context(CATALOGUE)).graph
    feeds = {n.attrs[0]: {"x": X, "a": 0.6}[n.attrs[0]] for n in made.inputs()}
    one, other = (outputs(g, passes=False, **feeds) for g in (made, plain))
    assert one.keys() == other.keys() and all(same_bits(one[k], other[k]) for k in one)
    return made, plain


def loops_left(text):
    made, _ = checked(compiled(HEAD + dedent(text)))
    return len(loops_of(made))


ONE = {
    "twice": "s = 0.0; for v in x { s += v }; t = 0.0; for v in x { t += v }; output s; output t",
    "part of it": """
        s, p = [0.0, 1.0]
        for v in x { s += v; p *= v }
        q = 1.0
        for v in x { q = q * v }
        output s; output p; output q
    """,
    "what it carries, in another order": """
        s, p = [0.0, 1.0]; for v in x { s += v * p; p *= v }
        r, q = [1.0, 0.0]; for v in x { q += v * r; r *= v }
        output s; output q
    """,
    "what it collects": """
        s = stack(); for v in x { push(s, v * a) }
        t = stack(); for v in x { push(t, v * a) }
        output s; output t
    """,
    "more of what it collects": """
        s = 0.0; for v in x { s = s * a + v }
        t = 0.0; ys = stack(); for v in x { push(ys, exp(t) * v); t = t * a + v }
        output s; output ys
    """,
    "with other captures": """
        s = 0.0; for v in x { s = s * a + v }
        t = 0.0; ys = stack(); for v in x { push(ys, x[0] * sin(v)); t = t * a + v }
        output s; output ys
    """,
    "over fewer": """
        s = 0.0; c = 0.0; for v, w in zip(x, 2 * x) { s += v; c += w * v }
        t = 0.0; for v in x { t += v }
        output s; output c; output t
    """,
    "a while, whose stack is gone over": """
        u = a; while u < 9 { u = 2 * u }
        w = a; k = stack(); while w < 9 { push(k, w); w = 2 * w }
        r = 0.0; for y in k { r += y }
        output u; output r
    """,
    "a branch inside, of which less is needed": """
        s, k = [0.0, 0.0]; for v in x { if v > 0 { s += v; k += s } else { s = exp(s); k -= 1 } }
        t = 0.0; for v in x { if v > 0 { t += v } else { t = exp(t) } }
        output s; output k; output t
    """,
    "three": "".join(f"s{i} = 0.0; for v in x {{ s{i} = sin(s{i}) + v }}; output s{i}\n" for i in range(3)),
    "in a function": """
        fn f(k) { s = 0.0; for v in x { s = s * k + v }; return s }
        output y = f(a) + f(a) * 2
    """,
}

TWO = {
    "another start": "s = 0.0; for v in x { s += v }; t = 1.0; for v in x { t += v }; output s; output t",
    "another zero": "s = 0.0; for v in x { s *= v }; t = -0.0; for v in x { t *= v }; output s; output t",
    "another step": "s = 0.0; for v in x { s += v }; t = 0.0; for v in x { t -= v }; output s; output t",
    "backwards": """
        s = 0.0; for v in x { s = s * a + v }
        t = 0.0; for v in reversed(x) { t = t * a + v }
        output s; output t
    """,
    "other rows": "s = 0.0; for v in x { s += v }; t = 0.0; for v in x + 1 { t += v }; output s; output t",
    "another end": "u = a; while u < 9 { u = 2 * u }; w = a; while w < 8 { w = 2 * w }; output u; output w",
    "alike at first": """
        s, p = [0.0, 0.0]; for v in x { s += v; p += s }
        t, q = [0.0, 0.0]; for v in x { t += v; q += t * t }
        output p; output q
    """,
    "the second reads the first": "s = 0.0; for v in x { s += v }; t = s; for v in x { t += v }; output s; output t",
    "what it needs comes later": """
        s = 0.0; for v in x { s = s * a + v }
        k = s * 2
        t = 0.0; ys = stack(); for v in x { push(ys, k * t); t = t * a + v }
        output s; output ys
    """,
}


@pytest.mark.parametrize("name", ONE)
def test_a_loop_that_repeats_another(name):
    assert loops_left(ONE[name]) == 1 + ("gone over" in name)


@pytest.mark.parametrize("name", TWO)
def test_a_loop_that_does_not(name):
    assert loops_left(TWO[name]) == 2


def test_effects_happen_as_often_as_written(capsys):
    text = "s = 0.0; for v in x { s += v; print(v) }; t = 0.0; for v in x { t += v; print(v) }; output s; output t"
    assert len(loops_of(checked(compiled(HEAD + text))[0])) == 2
    assert len(capsys.readouterr().out.splitlines()) == 4 * len(X)


def test_a_pure_loop_after_one_with_effects():
    text = "s = 0.0; for v in x { s += v; print(v) }; t = 0.0; for v in x { t += v }; output s; output t"
    assert loops_left(text) == 1


@pytest.mark.parametrize("order, loops", [(1, 2), (2, 4)])
def test_a_gradient_runs_forward_once(order, loops):
    text = HEAD + "h = 0.0; for v in x { h = tanh(a * h + v) }; output h"
    made, plain = checked(derive(compiled(text), CATALOGUE, ["a"], order=order).graph)
    assert len(loops_of(made)) == loops < len(loops_of(plain))


def test_it_says_so():
    source = Source(
        "p.g",
        HEAD + "s, p = [0.0, a]\nfor v in x { s += v; p *= v }\nt = 0.0\nfor v in x { t += v }\noutput o = [s, p, t]",
    )
    lines = []
    context = Context(CATALOGUE, report=lambda r: lines.append(describe(r, source)))
    run_pipeline(compile_source(source, IN_F64).graph, DEFAULT, context)
    assert lines == ["reuse    lines 3, 5   for v in x runs once"]


def test_it_prints_as_one_loop():
    text = HEAD + "h = 0.0; for v in x { h = tanh(a * h + v) }; output h"
    made = derive(compiled(text), CATALOGUE, ["a"])
    shown = print_graph(optimise(made.graph, IN_F64, keep=made.wrt).graph)
    assert shown.count("for ") == 2
    assert "for v in x {\n  push(v1, h)\n  h = tanh(a * h + v)\n}" in shown
