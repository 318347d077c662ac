"""`for` and `while`: what they go over, what they carry, how they are left, what is refused, how they print."""

from __future__ import annotations

from textwrap import dedent

import pytest

import graphc
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


def count(graph, op):
    return sum(n.op.name == op for n in graph.nodes)


PROGRAMS = {
    "rows": """
        input X: f32[n, 3]
        s = zeros([3])
        for row in X {
          s += row * row
        }
        output s
    """,
    "weak": """
        input x: f64
        k = 0
        j = 1.0
        for i in range(4) {
          k += x
          j *= 0.5
        }
        output k
        output j
    """,
    "fibonacci": """
        a, b = 0, 1
        for i in range(10) {
          a, b = b, a + b
        }
        output a
    """,
    "counted": """
        input n: i64
        s = 0
        for i in range(n) {
          s += i
        }
        for i in range(n, 0, -2) {
          s += i
        }
        output s
    """,
    "sizes": """
        input X: f32[n, m]
        s = 0
        for i in range(1, n) {
          s += i * m
        }
        for i in range(n * 2 + 1) {
          s += 1
        }
        output s
    """,
    "backwards": """
        input X: f32[n]
        h = 0.0
        for i in reversed(range(2, 11, 3)) {
          h = h * 10 + i
        }
        for x in reversed(X) {
          h = h + x * 0.5
        }
        for i, x in reversed(enumerate(X)) {
          h = h + i * x
        }
        output h
    """,
    "zip": """
        input X: f32[n]
        input Y: f32[n, 2]
        t = zeros([2])
        for x, y in zip(X, Y) {
          t += x * y
        }
        for i, (x, y) in enumerate(zip(X, reversed(Y))) {
          t += i * x * y
        }
        for i, x in zip(range(n), X) {
          t += i * x
        }
        for x in zip(X, checkpoint=2) {
          t += x
        }
        output t
    """,
    "unused": """
        for i in range(3) {
          print("again")
        }
        input x: f32[n]
        for y in x {
          print(1)
        }
        output z = sum(x)
    """,
    "while": """
        input x: f32
        y = x
        k = 0
        while abs(y * y - x) > 1e-3 and k < 50 {
          y = 0.5 * (y + x / y)
          k += 1
        }
        output y
        output k
    """,
    "nested": """
        input X: f32[n, m]
        t = 0.0
        for row in X {
          u = 1.0
          for x in row {
            u *= x
          }
          t += u
        }
        output t
    """,
    "branches": """
        input x: f32[n]
        p = 0.0
        q = 0.0
        for v in x {
          if v > 0 {
            p += v
          } else {
            q += v
            print(q)
          }
        }
        output p
        output q
    """,
    "state": """
        var w: f32 = 1.0
        var n: i64 = 0
        input x: f32[k]
        for v in x {
          w = w * 0.5 + v
          n += 1
        }
        print(w)
        output y = w
    """,
    "state in functions": """
        var w: f32 = 1.0
        input x: f32[k]
        fn f(v) {
          assign(w, w + v)
          return w
        }
        s = 0.0
        for v in x {
          s += f(v)
        }
        output s
    """,
    "break": """
        input x: f32[n]
        s = 0.0
        for v in x {
          if v < 0 {
            break
          }
          s += v
        }
        output s
    """,
    "break in both": """
        input x: f32[n]
        s = 0.0
        for i, v in enumerate(x) {
          if v < 0 {
            if i > 2 {
              break
            }
            s += 10
          } else {
            s += v
          }
          s += 100
        }
        output s
    """,
    "continue": """
        input x: f32[n]
        s = 0.0
        for v in x {
          if v < 0 {
            continue
          }
          s += v
          if v > 5 {
            s += 1
            continue
          }
          s *= 2
        }
        output s
    """,
    "return": """
        fn f(X, t) {
          for x in X {
            if x > t {
              return x, 1
            }
          }
          return t, 0
        }
        input X: f32[n]
        a, k = f(X, 2.0)
        output a
        output k
    """,
    "return in a while": """
        fn f(x) {
          while true {
            x = x * 2
            if x > 100 {
              return x
            }
          }
        }
        input x: f32
        output y = f(x)
    """,
    "lazy condition": """
        input x: f32[n]
        i = 0
        while x[i] > 0 {
          i += 1
          if i >= n {
            break
          }
        }
        output i
    """,
    "condition with an effect": """
        input x: f32
        var calls: i64 = 0
        fn more(y) {
          assign(calls, calls + 1)
          print("ask", y)
          return y < 10
        }
        y = x
        while more(y) {
          y *= 2
          if y == 4 {
            continue
          }
          if y == 8 {
            break
          }
        }
        output y
        output calls
    """,
    "strings": """
        s = ""
        words = ["a", "b", "c"]
        for w in words {
          s = s + w
          print(w, s)
        }
        output s
    """,
    "tuple": """
        input x: f32[n]
        state = (x[0], 1.0)
        for v in x {
          a, b = state
          state = (a + v, b * v)
        }
        p, q = state
        output p
        output q
    """,
    "items": """
        x = zeros([5])
        for i in range(5) {
          x[i] = i * i
          x[0] += 1
        }
        output x
    """,
    "captures": """
        input x: f32
        input y: f32
        u = sin(x)
        s = 0.0
        for i in range(3) {
          s += u * y + u
        }
        output s
        output u
    """,
    "swap": """
        input x: f32
        input y: f32
        a, b = x, y
        for i in range(3) {
          t = a
          a = b
          b = t
        }
        output a
        output b
    """,
    "constant": """
        input n: i64
        k = 3
        for i in range(n) {
          k = 7
        }
        output k
    """,
    "in a function of rows": """
        input x: f32[n]
        u = x * 2 + 1
        fn f(a) {
          k = 0
          while k < 3 {
            a = sin(a) * a + 1
            k += 1
          }
          return a
        }
        output y = map(f, x)
        output u
    """,
    "gradient inside": """
        x = 0.0
        for i in range(5) {
          y = (x - 1) ** 2
          x -= 0.1 * grad(y, x)
        }
        output x
    """,
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


@pytest.mark.parametrize("way", ["break", "continue"])
def test_what_is_bound_before_leaving_stays(way):
    """Also where a condition that is known now decides, so that its branch of the run surely leaves."""
    text = f"""
        input m: i64
        x, y = 0.0, 0.0
        for k in range(3) {{
          if m > 3 {{
            if true {{
              x += 5
              {way}
            }}
          }} else {{
            y = 1.0
          }}
          x += 1
        }}
        for k in range(3) {{
          if m > 3 {{ if k >= 0 {{ y += 1; {way} }} }} else {{ if true {{ y += 10; {way} }} }}
          y += 100
        }}
        output x
        output y
    """
    runs = 1 if way == "break" else 3
    assert run(text, m=4) == {"x": 5 * runs, "y": runs}
    assert run(text, m=3) == {"x": 3, "y": 1 + 10 * runs}


def test_numbers_known_now_have_nodes_where_they_are_used():
    """A body is elaborated twice where a number without a dtype is carried: the second time, too."""
    text = """
        input b: f64
        size = 3
        s, t = 0, 0
        for k in range(size + 1, 7) { s = s + b * k }
        for k in range(0, 7, size - 1) { t = t + b * k }
        output s
        output t
    """
    assert run(text, b=2.0) == {"s": 30, "t": 24}
