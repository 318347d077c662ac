"""Functions that return in the middle: what they give, their derivatives, what is refused, and how it prints."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, sin
from textwrap import dedent

import pytest

import graphc
from graphc.driver import CATALOGUE, Options, compile_source
from graphc.frontend import syntax
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.graph import Graph
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.source import Source
from tests.running import compiled, outputs


def neither_branch(x: float) -> float:
    y = x
    if x > 1.0:
        if x > 1.5:
            return sin(y)
        y = y * 2
    else:
        if x > 0.5:
            return y * y
        y = y - 1
    return y * cos(x)


def bound_where_it_stays(x: float) -> float:
    if x > 0:
        if x > 1:
            return x
        else:
            t = x * 2
    else:
        t = exp(x)
    return t * t + x


def in_a_row(x: float) -> float:
    y = x
    if y > 0:
        if y > 0.4:
            if y > 1.4:
                return 3 * y
            y = y * y
        if y > 0.6:
            return y * x
        y = y + sin(x)
    if y < 0:
        if y < -1:
            return y
        y = -y
    return y * exp(x)


def with_loops(x: float) -> float:
    y = x
    if y > 0:
        for i in range(4):
            if y > 2:
                return y * i
            y = y + x
    if y < 0:
        while y < 1:
            if y < -1.5:
                return sin(y)
            y = y + 0.75
        y = y * x
    return y * y


PROGRAMS: dict[Callable[[float], float], str] = {
    neither_branch: """
        fn f(x) {
          y = x
          if x > 1.0 { if x > 1.5 { return sin(y) }; y = y * 2 } else { if x > 0.5 { return y * y }; y = y - 1 }
          return y * cos(x)
        }
    """,
    bound_where_it_stays: """
        fn f(x) {
          if x > 0 { if x > 1 { return x } else { t = x * 2 } } else { t = exp(x) }
          return t * t + x
        }
    """,
    in_a_row: """
        fn f(x) {
          y = x
          if y > 0 {
            if y > 0.4 { if y > 1.4 { return 3 * y }; y = y * y }
            if y > 0.6 { return y * x }
            y = y + sin(x)
          }
          if y < 0 { if y < -1 { return y }; y = -y }
          return y * exp(x)
        }
    """,
    with_loops: """
        fn f(x) {
          y = x
          if y > 0 { for i in range(4) { if y > 2 { return y * i }; y = y + x } }
          if y < 0 { while y < 1 { if y < -1.5 { return sin(y) }; y = y + 0.75 }; y = y * x }
          return y * y
        }
    """,
}
ENDS = "\ninput a: f64\ny = f(a)\noutput y\noutput g = grad(y, a)\noutput t = jvp(y, a, 1.0)"
POINTS = (-2.0, -1.1, -0.3, 0.2, 0.45, 0.55, 0.7, 0.9, 1.2, 1.7, 2.5)


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=lambda text: text.split("\n")[1])
def test_it_prints_as_itself(text: str) -> None:
    graph = compiled(dedent(text) + ENDS)
    verify(graph, CATALOGUE)
    for core in (False, True):
        printed = print_graph(graph, core=core)
        assert difference(graph, compiled(printed)) is None, printed


@pytest.mark.parametrize("reference", PROGRAMS)
@pytest.mark.parametrize("x", POINTS)
def test_values_and_both_derivatives(reference: Callable[[float], float], x: float) -> None:
    found = outputs(compiled(dedent(PROGRAMS[reference]) + ENDS), a=x)
    slope = (reference(x + 1e-6) - reference(x - 1e-6)) / 2e-6
    assert found["y"] == pytest.approx(reference(x), rel=1e-12)
    assert found["g"] == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert found["t"] == pytest.approx(found["g"], rel=1e-12)


@pytest.mark.parametrize("reference", PROGRAMS)
def test_the_same_bits_eagerly(reference: Callable[[float], float]) -> None:
    program = graphc.loads(dedent(PROGRAMS[reference]) + ENDS)
    for x in POINTS:
        static, eager = program.compile()(a=x), program.run_eagerly(a=x)
        assert {k: v.tobytes() for k, v in static.items()} == {k: v.tobytes() for k, v in eager.items()}


def test_state_and_effects() -> None:
    program = graphc.loads(
        dedent("""
        var w: f32 = 0
        fn f(x) {
          if x > 3 { if x > 4 { assign(w, 10); return x }; assign(w, 3) } else { if x > 2 { return 2.0 } }
          assign(w, w + 1)
          return -x
        }
        input a: f32
        output y = f(a)
        output after = w
    """)
    )
    found = [program.compile()(a=a) for a in (1.0, 2.5, 3.5, 5.0)]
    assert [(r["y"], r["after"]) for r in found] == [(-1, 1), (2, 0), (-3.5, 4), (5, 10)]


def test_nothing_lists_and_strings_are_returned() -> None:
    nothing = "fn f(x) {\n if x > 0 { if x > 1 { return }; x = x + 1 }\n print(x)\n}\ninput a: f32\nf(a)\noutput a"
    assert compile_source(Source("test.g", nothing), Options()).graph.token is not None
    pair = "fn f(x) {\n if x > 0 { if x > 1 { return x, 1.0 }; x = x + 1 }\n z = x * 2\n return 2.0, z\n}\n"
    program = graphc.loads(pair + "input a: f32\np, q = f(a)\noutput r = p - q").compile()
    assert [program(a=a)["r"] for a in (2.0, 0.5, -1.0)] == [1, -1, 4]
    text = 'fn f(x) {\n if x > 0 { if x > 1 { return "a" }; x = x + 1 }\n y = x * 2\n return format(y)\n}\n'
    program = graphc.loads(text + "input a: f32\noutput r = f(a)").compile()
    assert [program(a=a)["r"] for a in (2.0, 0.5)] == ["a", "3.0"]


def test_a_loop_that_never_returns() -> None:
    text = "fn f(x) { for i in range(3) { if false { return x } }; return x * 2 }\ninput a: f32\noutput y = f(a)"
    assert graphc.loads(text).compile()(a=2.0) == {"y": 4}


def test_flags_of_a_function_around_are_others() -> None:
    text = """
        fn f(x) {
          fn g(t) {
            for i in range(3) { if false { return t } }
            return t * 2
          }
          if x > 0 { if x > 1 { return [x, x] }; x = x + 1 }
          z = g(x)
          return [z, x]
        }
        input a: f32
        output y = f(a)
    """
    program = graphc.loads(dedent(text)).compile()
    assert [list(program(a=a)["y"]) for a in (2.0, 0.5, -1.0)] == [[2, 2], [3, 1.5], [-2, -1]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("if x > 0 { if x > 1 { return x }; t = x }\n z = 2 * x\n return z * t", "E0209"),
        ("if x > 0 { if x > 1 { return x, x }; x = x + 1 }\n z = x * 2\n return z", "E0318"),
        ("if x > 0 { if x > 1 { return x }; x = x + 1 }\n print(x)", "E0318"),
        ("if x > 0 { if x > 1 { return sin }; x = x + 1 }\n z = x * 2\n return z", "E0208"),
        ("if x > 0 { if x > 1 { return x }; t = x } else { t = [x, x] }\n z = 2 * t\n return z", "E0318"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.loads(f"fn f(x) {{\n {text}\n}}\ninput a: f32\noutput y = sum(f(a))")
    assert [d.code for d in raised.value.items] == [code]


def test_a_simple_return_needs_no_flag() -> None:
    text = "fn f(x) {\n if x > 0 { return x }\n if x < -1 { if x < -2 { return -x } }\n return 0.5\n}\n"
    graph: Graph = compiled(text + "input a: f64\noutput y = f(a)")
    assert print_graph(graph) == (
        "input a: f64\ny = a if a > 0 else (-a if a < -2 else 0.5) if a < -1 else 0.5\noutput y\n"
    )


def test_how_statements_leave() -> None:
    """Asked of each branch once, when it is parsed."""
    text = """
        if a { return 1 } else if b { break } else { continue }
        if a { return 1 } else if b { y = 1 }
        for i in x { if a { break }; if b { return 2 } }
        while true { return 3 }
        fn f(x) { return x }
    """
    found = [syntax.exits_of(s) for s in parse(Source("test.g", dedent(text))).statements]
    all_ways = syntax.RETURNS | syntax.BREAKS | syntax.CONTINUES | syntax.ENDS
    assert found == [all_ways, syntax.RETURNS, syntax.RETURNS, syntax.RETURNS, 0]
