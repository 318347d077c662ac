"""`a and b`, `a or b`: b is left alone where a decides, and prints as it was written."""

from textwrap import dedent

import numpy as np
import pytest
from running import compiled

import graphc
from graphc.ir.equal import difference
from graphc.ir.graph import nested
from graphc.ir.text import print_graph

X = np.array([1.0, -2.0, 3.0], np.float32)


def program(text):
    return graphc.loads(dedent(text))


def printed(text):
    return print_graph(compiled(dedent(text)))


def reads_back(text):
    """The program as it prints, which is the same again."""
    graph = compiled(dedent(text))
    shown = print_graph(graph)
    again = compiled(shown)
    assert difference(graph, again) is None, shown
    assert print_graph(again) == shown
    return graph, shown


def both(text, **feeds):
    """The outputs of a run, the same eagerly."""
    p = program(text)
    results = p.compile()(**feeds)
    eager = p.run_eagerly(**feeds)
    assert {k: np.asarray(v).tolist() for k, v in results.items()} == {
        k: np.asarray(v).tolist() for k, v in eager.items()
    }
    return results


@pytest.mark.parametrize("i, inside, outside", [(0, True, True), (1, False, False), (2, True, True), (5, False, True)])
def test_an_index_is_read_where_it_is(i, inside, outside):
    text = """
        input x: f32[n]
        input i: i64
        output inside = i < n and x[i] > 0
        output outside = i >= n or x[i] > 0
    """
    assert both(text, x=X, i=i) == {"inside": inside, "outside": outside}


def test_division_by_zero():
    text = """
        input m: i64
        output a = m != 0 and 10 // m > 2
        output b = m == 0 or 10 % m == 1
    """
    assert both(text, m=0) == {"a": False, "b": True}
    assert both(text, m=3) == {"a": True, "b": True}


def test_the_function_computes_both():
    with pytest.raises(graphc.Diagnostics) as caught:
        program("input m: i64; output a = logical_and(m != 0, 10 // m > 2)").compile()(m=0)
    assert caught.value.items[0].code == "E0608"


def test_effects_and_state_of_a_side_that_is_left_alone(capsys):
    text = """
        input m: i64
        var calls: i64 = 0
        fn asked(v) { print("asked", v); assign(calls, calls + 1); return v > 1 }
        output a = m > 0 and asked(m)
        output b = m > 0 or asked(m)
        output n = calls
    """
    assert both(text, m=2) == {"a": True, "b": True, "n": 1}
    assert capsys.readouterr().out == "asked 2\n" * 2
    assert both(text, m=0) == {"a": False, "b": False, "n": 1}
    assert both(text, m=1) == {"a": False, "b": True, "n": 1}


@pytest.mark.parametrize("i", [0, 1, 9])
def test_a_scalar_before_a_tensor_decides_for_all_of_it(i):
    text = """
        input x: f32[3]
        input i: i64
        output a = i < 3 and [x[i] > 0, x[0] > 5]
        output b = i >= 3 or [x[i] > 0, x[0] > 5]
        output c = x > 0 and [i < 3, i == 0, i == 1]
    """
    row = [i < 3 and bool(X[i] > 0), False]
    found = both(text, x=X, i=i)
    assert found["a"].tolist() == (row if i < 3 else [False, False])
    assert found["b"].tolist() == (row if i < 3 else [True, True])
    assert found["c"].tolist() == [i < 3, False, i == 1]


def test_a_loop_that_searches():
    text = """
        input x: f32[n]
        input wanted: f32
        i = 0
        while i < n and x[i] != wanted { i = i + 1 }
        output i
    """
    assert [int(both(text, x=X, wanted=w)["i"]) for w in (1.0, 3.0, 7.0)] == [0, 2, 3]
    assert "while i_1 < n and take(x, i_1) != wanted {" in printed(text)


def test_what_is_known_decides_now():
    text = """
        x = 2.0
        y = x * 3
        if is_leaf(y) and is_leaf(x) { z = 1.0 } else { z = [2.0, 3.0] }
        output z
        output a = false and 1 // 0 == 1
        output b = true or 1 // 0 == 1
    """
    found = both(text)
    assert found["z"].tolist() == [2, 3]
    assert not found["a"] and found["b"]


def test_a_known_side_that_is_left_alone_computes_nothing():
    text = """
        k = 1
        fn half() = 3 // 2
        output a = (k // 2 == 1 and true) and k % 2 == 1
        output b = k == 2 and half() == 1
        output c = k == 1 or half() == 2
        v = [1.0, 2.0]
        output d = k > 1 and v[k + 5] > 0
        output e = k == 1 or reshape(v, [3])[k] > 0
        output f = (k > 1 and reshape(v, [3])[k] > 0) or v[k] == 2.0
    """
    assert both(text) == {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True}
    reads_back(text)


@pytest.mark.parametrize(
    "text, code",
    [
        ("input i: i64; input x: f32[n]; output y = i < 3 and x[i]", "E0304"),
        ("input i: i64; input x: f32[n]; output y = i < 3 or sum(x)", "E0304"),
        ("input i: i64; input x: f32[n]; output y = i and x[i] > 0", "E0304"),
        ("input i: i64; output y = i < 3 and nothing(i)", "E0201"),
    ],
)
def test_both_sides_are_booleans(text, code):
    with pytest.raises(graphc.Diagnostics) as caught:
        program(text).compile()
    assert [d.code for d in caught.value.items] == [code]


PRINTED = [
    "i < n and take(x, i) > 0",
    "i < n or take(x, i) > 0",
    "i < 2 and take(x, i) > 0 and take(x, i + 1) > 0",
    "i < 2 and take(x, i) > 0 or i > 3 and take(x, i) < 0",
    "i < 2 and (take(x, i) > 0 or take(x, i) < -1)",
    "not (i < 2 and take(x, i) > 0)",
    "i < 2 and abs(w) > 1",  # nothing to leave alone
    "logical_and(i < 2, take(x, i) > 0)",
    "logical_or(w > 1, 7 // i > 2)",
]


@pytest.mark.parametrize("text", PRINTED)
def test_it_prints_as_it_was_written(text):
    graph, shown = reads_back(f"input x: f32[n]; input w: f32; input i: i64; y = {text}; output y")
    assert f"\ny = {text}\n" in shown
    conds = [n for g in nested(graph) for n in g.nodes if n.op.name == "cond"]
    assert len(conds) == (0 if "logical" in text or "abs" in text else text.count(" and ") + text.count(" or "))


@pytest.mark.parametrize(
    "text",
    [
        "output y = x[0] if i < 1 else 2.0",
        "output y = 0.1 if i < 1 else x[0] / 3",
        "output y = f32(0.1) if i < 1 else f32(0.2)",
        "output y = (x[0] if i < 1 else 2 * x[1]) * 3",
        "output y = exp(x[0] if i < 1 else 2 * x[1] if i < 2 else nan)",
        "output y = -0.0 if i < 1 else x[0]; output z = inf if i < 1 else x[0]",
        "output y = 3 if i < 1 else i + 1; output z = i if true else 2",
        "output y = x[i] > 0 if i < 1 else x[1] > 0; output z = x[i] > 0 if i < 1 else false",
        "output y = false if i < 1 else i < 3; output z = i < 3 if i < 1 else true",
        "fn f(v) { if v > 0 { return v }; if v < -1 { return exp(v) }; return v * 2 }; output y = f(x[0])",
        "fn f(v) = v if v > i else v * x[0]; output y = sum(map(f, x))",
        "var w: f32 = 1.0; w = w * 2 if i < 1 else w + 1; output y = w + x[0]; output z = w if i < 2 else x[0]",
        "s = 0.0; for v in x { s = s + v if s < i else s - v }; output s",
        "output s = 'a' if i < 1 else 'b'".replace("'", '"'),
    ],
)
def test_conditional_expressions_read_back(text):
    text = f"input x: f32[n]; input i: i64; {text}"
    _, shown = reads_back(text)
    assert " else " in shown
    for i in (0, 1, 2):
        one, two = program(text).compile()(x=X, i=i), program(shown).compile()(x=X, i=i)
        assert repr(one) == repr(two)


def test_long_conditionals_stay_statements():
    long = " + ".join(f"exp(x[0] * x[1] * x[2] * {k})" for k in range(4))
    text = printed(f"input x: f32[3]; input i: i64; y = {long} if i < 1 else sin(x[0]); output y")
    assert "if i < 1 {\n" in text
    assert max(map(len, text.splitlines())) <= 100
